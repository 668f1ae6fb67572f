import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { useBusiness } from "@/shell/business";
import { common } from "@/text/common";
import { inLang } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Confirm, Dialog } from "@/ui/dialog";
import { CheckField, SelectField, TextField } from "@/ui/field";
import { toastFault, useImpact } from "@/ui/impact";
import { LocalizedField } from "@/ui/localized";
import { Section } from "@/ui/page";
import { weekdays } from "@/ui/ranges";
import { Await, Empty, Fault } from "@/ui/state";
import { useWeekdayNames } from "@/ui/week";
import { closingsQuery } from "./queries";
import { words } from "./texts";

type Rule = Schema["ClosingRuleView"];
type Input = Schema["ClosingRuleInput"];

export function ClosingsPart() {
  const t = useTexts(words);
  const c = useTexts(common);
  const lang = useLang();
  const { id } = useBusiness();
  const queries = useQueryClient();
  const query = useQuery(closingsQuery(id));
  const impact = useImpact(t.deleted);
  const [open, setOpen] = useState<Rule | "new" | null>(null);
  const [removing, setRemoving] = useState<Rule | null>(null);
  const remove = async (rule: Rule) => {
    setRemoving(null);
    try {
      const done = await impact.ask(async (dry_run) =>
        dataOf(
          await api.DELETE("/api/v1/businesses/{business_id}/closing-rules/{closing_rule_id}", {
            params: {
              path: { business_id: id, closing_rule_id: rule.id },
              query: { dry_run },
              header: { "If-Match": `"${rule.version}"` },
            },
          }),
        ),
      );
      if (done) await queries.invalidateQueries({ queryKey: ["business", id] });
    } catch (e) {
      toastFault(e);
    }
  };
  const add = (
    <Button kind="primary" onClick={() => setOpen("new")}>
      {t.addRule}
    </Button>
  );
  return (
    <Section title={t.tabs.closings} actions={query.data?.length ? add : undefined}>
      <Await query={query}>
        {(list) =>
          list.length === 0 ? (
            <Empty title={t.rulesNone}>
              <p className="text-ink-soft">{t.rulesHint}</p>
              {add}
            </Empty>
          ) : (
            <ul className="divide-y divide-line">
              {list.map((r) => (
                <li key={r.id} className="flex flex-wrap items-center gap-2 py-2">
                  <span className="min-w-40 flex-1">
                    <span className="font-medium">{inLang(r.words, lang)}</span>
                    {r.note && <bdi className="block text-sm text-ink-soft">{inLang(r.note, lang)}</bdi>}
                  </span>
                  <Button aria-label={`${c.edit} ${inLang(r.words, lang)}`} onClick={() => setOpen(r)}>
                    {c.edit}
                  </Button>
                  <Button aria-label={`${c.remove} ${inLang(r.words, lang)}`} onClick={() => setRemoving(r)}>
                    {c.remove}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </Await>
      {open && <RuleSheet key={open === "new" ? "new" : open.id} rule={open === "new" ? null : open} onClose={() => setOpen(null)} />}
      <Confirm
        open={removing !== null}
        onClose={() => setRemoving(null)}
        title={t.deleteTitle}
        action={c.remove}
        danger
        onConfirm={() => removing && void remove(removing)}
      />
      {impact.dialog}
    </Section>
  );
}

function RuleSheet({ rule, onClose }: { rule: Rule | null; onClose: () => void }) {
  const t = useTexts(words);
  const c = useTexts(common);
  const names = useWeekdayNames();
  const { id } = useBusiness();
  const queries = useQueryClient();
  const impact = useImpact();
  const [v, setV] = useState<Input>(
    rule
      ? {
          weekday: rule.weekday,
          nths: rule.nths,
          on_holiday: rule.on_holiday,
          ...(rule.from_date && { from_date: rule.from_date }),
          ...(rule.to_date && { to_date: rule.to_date }),
          ...(rule.note && { note: rule.note }),
        }
      : { weekday: 2, nths: [], on_holiday: "next_day" },
  );
  const [error, setError] = useState<unknown>(null);
  const faults = fieldFaults(error);
  const nths = v.nths ?? [];
  const body: Input = { ...v };
  if (!body.note?.ja.trim()) delete body.note;
  if (!body.from_date) delete body.from_date;
  if (!body.to_date) delete body.to_date;
  const save = async () => {
    setError(null);
    try {
      const done = await impact.ask(async (dry_run) =>
        rule
          ? dataOf(
              await api.PUT("/api/v1/businesses/{business_id}/closing-rules/{closing_rule_id}", {
                params: {
                  path: { business_id: id, closing_rule_id: rule.id },
                  query: { dry_run },
                  header: { "If-Match": `"${rule.version}"` },
                },
                body,
              }),
            )
          : dataOf(
              await api.POST("/api/v1/businesses/{business_id}/closing-rules", {
                params: { path: { business_id: id }, query: { dry_run } },
                body,
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
    <Dialog open onClose={onClose} title={t.addRule}>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(e) => {
          e.preventDefault();
          void save();
        }}
      >
        <Fault>{error ? explain(error, ["weekday", "nths", "from_date", "to_date"]) : ""}</Fault>
        <SelectField
          label={t.weekday}
          value={v.weekday}
          onChange={(e) => setV({ ...v, weekday: Number(e.target.value) })}
          error={faults["weekday"]}
        >
          {weekdays.map((day) => (
            <option key={day} value={day}>
              {names[day]}
            </option>
          ))}
        </SelectField>
        <fieldset>
          <legend className="font-medium">{t.nths}</legend>
          <div className="flex flex-wrap gap-x-5">
            <CheckField label={t.every} checked={nths.length === 0} onChange={() => setV({ ...v, nths: [] })} />
            {[1, 2, 3, 4, 5].map((n) => (
              <CheckField
                key={n}
                label={t.nth(n)}
                checked={nths.includes(n)}
                onChange={(e) => setV({ ...v, nths: e.target.checked ? [...nths, n].sort() : nths.filter((x) => x !== n) })}
              />
            ))}
          </div>
        </fieldset>
        <SelectField
          label={t.onHoliday}
          value={v.on_holiday}
          onChange={(e) => setV({ ...v, on_holiday: e.target.value as Input["on_holiday"] })}
        >
          {Object.entries(t.holidayRules).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </SelectField>
        <div className="grid grid-cols-2 gap-4">
          <TextField
            label={t.from}
            type="date"
            value={v.from_date ?? ""}
            onChange={(e) => setV({ ...v, from_date: e.target.value })}
            error={faults["from_date"]}
          />
          <TextField
            label={t.to}
            type="date"
            value={v.to_date ?? ""}
            onChange={(e) => setV({ ...v, to_date: e.target.value })}
            error={faults["to_date"]}
          />
        </div>
        <LocalizedField
          label={t.note}
          value={v.note}
          maxLength={200}
          onChange={(note) => setV({ ...v, note })}
          errors={{ ja: faults["note.ja"], en: faults["note.en"] }}
        />
        <Button type="submit" kind="primary" busy={impact.busy}>
          {c.save}
        </Button>
      </form>
      {impact.dialog}
    </Dialog>
  );
}
