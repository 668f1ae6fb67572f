import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, isProblem, type Schema } from "@/api/client";
import { explain } from "@/api/problem";
import { useBusiness } from "@/shell/business";
import { common } from "@/text/common";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { CheckField } from "@/ui/field";
import { useImpact } from "@/ui/impact";
import { LocalizedField } from "@/ui/localized";
import { MinuteField, NumberField } from "@/ui/number";
import { Section } from "@/ui/page";
import { weekdays } from "@/ui/ranges";
import { Await, Fault } from "@/ui/state";
import { useWeekdayNames } from "@/ui/week";
import { periodsQuery, profileQuery } from "./queries";
import { words } from "./texts";

type Period = Schema["PeriodInput"];

export function PeriodsPart() {
  const { id } = useBusiness();
  const periods = useQuery(periodsQuery(id));
  const profile = useQuery(profileQuery(id));
  return (
    <Await query={periods}>{(list) => <Await query={profile}>{(p) => <PeriodsForm stored={list} version={p.version} />}</Await>}</Await>
  );
}

function inputOf(p: Schema["PeriodView"]): Period {
  return {
    name: p.name,
    start_minute: p.start_minute,
    end_minute: p.end_minute,
    ends_stay: p.ends_stay,
    weekdays: p.weekdays,
    ...(p.turn_minutes !== null && { turn_minutes: p.turn_minutes }),
  };
}

function PeriodsForm({ stored, version }: { stored: Schema["PeriodView"][]; version: number }) {
  const t = useTexts(words);
  const c = useTexts(common);
  const short = useWeekdayNames("short");
  const { id } = useBusiness();
  const queries = useQueryClient();
  const impact = useImpact();
  const [typed, setTyped] = useState<Period[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  const list = typed ?? stored.map(inputOf);
  const set = (i: number, to: Period) => setTyped(list.map((p, j) => (j === i ? to : p)));
  const save = async () => {
    setError(null);
    try {
      const done = await impact.ask(async (dry_run) =>
        dataOf(
          await api.PUT("/api/v1/businesses/{business_id}/periods", {
            params: { path: { business_id: id }, query: { dry_run }, header: { "If-Match": `"${version}"` } },
            body: { periods: list },
          }),
        ),
      );
      if (!done) return;
      await queries.invalidateQueries({ queryKey: ["business", id] });
      setTyped(null);
    } catch (e) {
      if (isProblem(e, "precondition.stale")) await queries.invalidateQueries({ queryKey: profileQuery(id).queryKey });
      setError(e);
    }
  };
  return (
    <Section title={t.tabs.periods}>
      <p className="mb-4 text-ink-soft">{t.periodsHint}</p>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(e) => {
          e.preventDefault();
          void save();
        }}
      >
        {list.length === 0 && <p className="text-ink-soft">{t.periodsNone}</p>}
        {list.map((p, i) => {
          const days = p.weekdays ?? [];
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a period that is typed has no name but its place
            <fieldset key={i} className="flex flex-col gap-3 rounded-lg border border-line p-3">
              <legend className="px-1 font-medium">
                <bdi>{p.name.ja || t.addPeriod}</bdi>
              </legend>
              <LocalizedField label={t.name} maxLength={50} value={p.name} onChange={(name) => set(i, { ...p, name })} />
              <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
                <MinuteField label={t.begins} value={p.start_minute} onChange={(m) => set(i, { ...p, start_minute: m })} />
                <MinuteField label={t.ends} value={p.end_minute} onChange={(m) => set(i, { ...p, end_minute: m })} />
                <NumberField
                  label={t.turn}
                  min={15}
                  max={720}
                  value={p.turn_minutes ?? null}
                  onChange={(n) => {
                    const { turn_minutes: _, ...rest } = p;
                    set(i, n === null ? rest : { ...rest, turn_minutes: n });
                  }}
                />
              </div>
              <div className="flex flex-wrap gap-x-5">
                {weekdays.map((day) => (
                  <CheckField
                    key={day}
                    label={short[day]}
                    checked={days.length === 0 || days.includes(day)}
                    onChange={(e) => {
                      const all = days.length === 0 ? [...weekdays] : days;
                      set(i, { ...p, weekdays: e.target.checked ? [...all, day] : all.filter((d) => d !== day) });
                    }}
                  />
                ))}
              </div>
              <CheckField
                label={t.endsStay}
                checked={p.ends_stay ?? false}
                onChange={(e) => set(i, { ...p, ends_stay: e.target.checked })}
              />
              <Button className="self-end" onClick={() => setTyped(list.filter((_, j) => j !== i))}>
                {c.remove}
              </Button>
            </fieldset>
          );
        })}
        <Button
          className="self-start"
          onClick={() => setTyped([...list, { name: { ja: "" }, start_minute: 660, end_minute: 900, weekdays: [] }])}
        >
          {t.addPeriod}
        </Button>
        <Fault>{error ? explain(error) : ""}</Fault>
        <Button type="submit" kind="primary" className="self-end" busy={impact.busy} disabled={typed === null}>
          {c.save}
        </Button>
      </form>
      {impact.dialog}
    </Section>
  );
}
