import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { explain } from "@/api/problem";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { CheckField } from "@/ui/field";
import { useImpact } from "@/ui/impact";
import { MinuteField } from "@/ui/number";
import { type Range, weekdays } from "@/ui/ranges";
import { Fault } from "@/ui/state";
import { useWeekdayNames, WeekField } from "@/ui/week";
import { words } from "./texts";
import { useStep } from "./use-step";
import { patternOf, sound, usualWeek, weekOf } from "./week";

interface Props {
  profile: Schema["BusinessView"];
  stored: Schema["HoursView"];
  onDone: () => Promise<void>;
}

/** One pattern for the week and the days off; or day by day, which is also how it begins where the stored days differ. */
export function HoursStep({ profile, stored, onDone }: Props) {
  const t = useTexts(words);
  const impact = useImpact();
  const before = patternOf(stored.weekly);
  const [pattern, setPattern] = useState(before ?? usualWeek(profile.vertical));
  const [days, setDays] = useState<Record<number, Range[]> | null>(
    before === null ? Object.fromEntries(stored.weekly.map((d) => [d.weekday, d.ranges])) : null,
  );
  const weekly = days ? weekdays.map((weekday) => ({ weekday, ranges: days[weekday] ?? [] })) : weekOf(pattern);
  const wrong = weekly.filter((d) => !sound(d.ranges)).map((d) => d.weekday);
  const closed = weekly.every((d) => d.ranges.length === 0);
  const step = useStep(
    async () =>
      impact.ask(async (dry_run) =>
        dataOf(
          await api.PUT("/api/v1/businesses/{business_id}/hours", {
            params: { path: { business_id: profile.id }, query: { dry_run }, header: { "If-Match": `"${profile.version}"` } },
            // Rows of holidays are not asked for here, and must not be lost.
            body: { weekly, ...(stored.holiday && { holiday: stored.holiday }), ...(stored.eve && { eve: stored.eve }) },
          }),
        ),
      ),
    onDone,
  );
  const byDay = () => setDays(Object.fromEntries(weekOf(pattern).map((d) => [d.weekday, d.ranges])));
  return (
    <form noValidate className="flex max-w-3xl flex-col gap-4" onSubmit={(e) => void step.submit(e)}>
      <p className="text-ink-soft">{t.hoursText}</p>
      <Fault>{step.error ? explain(step.error) : wrong.length > 0 ? t.hoursWrong : ""}</Fault>
      {days ? <Days days={days} wrong={wrong} onChange={setDays} /> : <Same pattern={pattern} onChange={setPattern} />}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" kind="primary" busy={step.busy} disabled={closed || wrong.length > 0}>
          {t.next}
        </Button>
        {!days && <Button onClick={byDay}>{t.byDay}</Button>}
      </div>
      {impact.dialog}
    </form>
  );
}

type Pattern = ReturnType<typeof usualWeek>;

function Same({ pattern, onChange }: { pattern: Pattern; onChange: (to: Pattern) => void }) {
  const t = useTexts(words);
  const short = useWeekdayNames("short");
  const { ranges, off } = pattern;
  const set = (i: number, to: Partial<Range>) => onChange({ ranges: ranges.map((r, j) => (j === i ? { ...r, ...to } : r)), off });
  const last = ranges.at(-1)?.end_minute ?? 600;
  return (
    <>
      {ranges.map((r, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: by its minutes it would be another while it is typed, and lose the focus
        <div key={i} className="flex items-end gap-3">
          <MinuteField className="w-28" label={t.opens(i + 1)} value={r.start_minute} onChange={(m) => set(i, { start_minute: m })} />
          <MinuteField className="w-28" label={t.closes(i + 1)} value={r.end_minute} onChange={(m) => set(i, { end_minute: m })} />
          {ranges.length > 1 && (
            <Button
              kind="quiet"
              aria-label={t.removeSpan(i + 1)}
              onClick={() => onChange({ ranges: ranges.filter((_, j) => j !== i), off })}
            >
              <span aria-hidden>✕</span>
            </Button>
          )}
        </div>
      ))}
      {ranges.length < 3 && last <= 1560 && (
        <Button
          className="self-start"
          onClick={() => onChange({ ranges: [...ranges, { start_minute: last + 60, end_minute: last + 180 }], off })}
        >
          {t.addSpan}
        </Button>
      )}
      <fieldset>
        <legend className="font-medium">{t.closedOn}</legend>
        <div className="flex flex-wrap gap-x-5">
          {weekdays.map((d) => (
            <CheckField
              key={d}
              label={short[d]}
              checked={off.includes(d)}
              onChange={(e) => onChange({ ranges, off: e.target.checked ? [...off, d] : off.filter((x) => x !== d) })}
            />
          ))}
        </div>
      </fieldset>
    </>
  );
}

function Days(props: { days: Record<number, Range[]>; wrong: number[]; onChange: (to: Record<number, Range[]>) => void }) {
  const t = useTexts(words);
  const names = useWeekdayNames();
  const { days, wrong, onChange } = props;
  return (
    <WeekField
      rows={weekdays.map((d) => ({ id: String(d), label: names[d] ?? "", ranges: days[d] ?? [] }))}
      offLabel={t.dayOff}
      errors={Object.fromEntries(wrong.map((d) => [String(d), t.hoursWrong]))}
      onChange={(id, to) => onChange({ ...days, [Number(id)]: to })}
      onCopy={(id) => onChange(Object.fromEntries(weekdays.map((d) => [d, days[Number(id)] ?? []])))}
    />
  );
}
