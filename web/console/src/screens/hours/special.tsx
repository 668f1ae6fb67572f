import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { useBusiness } from "@/shell/business";
import { common } from "@/text/common";
import { clockTime, fullDate, inLang } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Confirm, Dialog } from "@/ui/dialog";
import { CheckField, TextField } from "@/ui/field";
import { toastFault, useImpact } from "@/ui/impact";
import { LocalizedField } from "@/ui/localized";
import { Section } from "@/ui/page";
import type { Range } from "@/ui/ranges";
import { Await, Empty, Fault } from "@/ui/state";
import { WeekField } from "@/ui/week";
import { specialQuery } from "./queries";
import { words } from "./texts";

type Day = Schema["SpecialDayView"];

export function SpecialPart() {
  const t = useTexts(words);
  const lang = useLang();
  const { id } = useBusiness();
  const queries = useQueryClient();
  const query = useQuery(specialQuery(id));
  const impact = useImpact(t.deleted);
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Day | null>(null);
  const remove = async (day: Day) => {
    setRemoving(null);
    try {
      const done = await impact.ask(async (dry_run) =>
        dataOf(
          await api.DELETE("/api/v1/businesses/{business_id}/special-days/{date}", {
            params: { path: { business_id: id, date: day.date }, query: { dry_run }, header: { "If-Match": `"${day.version}"` } },
          }),
        ),
      );
      if (done) await queries.invalidateQueries({ queryKey: ["business", id] });
    } catch (e) {
      toastFault(e);
    }
  };
  const add = (
    <Button kind="primary" onClick={() => setAdding(true)}>
      {t.addSpecial}
    </Button>
  );
  return (
    <Section title={t.tabs.special} actions={query.data?.length ? add : undefined}>
      <Await query={query}>
        {(list) =>
          list.length === 0 ? (
            <Empty title={t.specialNone}>
              <p className="text-ink-soft">{t.specialHint}</p>
              {add}
            </Empty>
          ) : (
            <ul className="divide-y divide-line">
              {list.map((d) => (
                <li key={d.date} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
                  <span className="min-w-44 font-medium">{fullDate(d.date, lang)}</span>
                  <span className="tabular flex-1">
                    {d.ranges.length
                      ? d.ranges.map((r) => `${clockTime(r.start_minute)}–${clockTime(r.end_minute)}`).join(" / ")
                      : t.allDay}
                    {d.note && <bdi className="block text-sm text-ink-soft">{inLang(d.note, lang)}</bdi>}
                  </span>
                  <Button aria-label={`${t.ordinary} ${fullDate(d.date, lang)}`} onClick={() => setRemoving(d)}>
                    {t.ordinary}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </Await>
      {adding && <SpecialSheet onClose={() => setAdding(false)} />}
      <Confirm
        open={removing !== null}
        onClose={() => setRemoving(null)}
        title={t.deleteSpecial(removing ? fullDate(removing.date, lang) : "")}
        action={t.ordinary}
        onConfirm={() => removing && void remove(removing)}
      />
      {impact.dialog}
    </Section>
  );
}

function SpecialSheet({ onClose }: { onClose: () => void }) {
  const t = useTexts(words);
  const c = useTexts(common);
  const { id } = useBusiness();
  const queries = useQueryClient();
  const impact = useImpact();
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [ranges, setRanges] = useState<Range[]>([]);
  const [note, setNote] = useState<{ ja: string } & Record<string, string>>({ ja: "" });
  const [replace, setReplace] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const faults = fieldFaults(error);
  const save = async () => {
    setError(null);
    try {
      const done = await impact.ask(async (dry_run) =>
        dataOf(
          await api.PUT("/api/v1/businesses/{business_id}/special-days", {
            params: { path: { business_id: id }, query: { dry_run } },
            body: { from_date: from, to_date: to || from, ranges, replace, ...(note.ja.trim() && { note }) },
          }),
        ),
      );
      if (!done) return;
      await queries.invalidateQueries({ queryKey: ["business", id] });
      onClose();
    } catch (e) {
      setError(e);
    }
  };
  return (
    <Dialog open onClose={onClose} title={t.addSpecial}>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(e) => {
          e.preventDefault();
          void save();
        }}
      >
        <Fault>{error ? explain(error, ["from_date", "to_date", "note.ja", "note.en"]) : ""}</Fault>
        <div className="grid grid-cols-2 gap-4">
          <TextField
            label={t.firstDay}
            required
            type="date"
            value={from}
            onChange={(e) => setFrom(e.target.value)}
            error={faults["from_date"]}
          />
          <TextField
            label={t.lastDay}
            type="date"
            min={from}
            value={to}
            onChange={(e) => setTo(e.target.value)}
            error={faults["to_date"]}
          />
        </div>
        <WeekField rows={[{ id: "day", label: t.title, ranges }]} offLabel={t.allDay} onChange={(_, next) => setRanges(next)} />
        <LocalizedField
          label={t.note}
          maxLength={200}
          value={note}
          onChange={setNote}
          errors={{ ja: faults["note.ja"], en: faults["note.en"] }}
        />
        <CheckField label={t.replace} checked={replace} onChange={(e) => setReplace(e.target.checked)} />
        <Button type="submit" kind="primary" busy={impact.busy} disabled={!from}>
          {c.save}
        </Button>
      </form>
      {impact.dialog}
    </Dialog>
  );
}
