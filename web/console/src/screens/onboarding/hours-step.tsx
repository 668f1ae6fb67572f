import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { explain } from "@/api/problem";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { CheckField } from "@/ui/field";
import { MinuteField } from "@/ui/number";
import { weekdays } from "@/ui/ranges";
import { Fault } from "@/ui/state";
import { useWeekdayNames } from "@/ui/week";
import { words } from "./texts";
import { useStep } from "./use-step";

interface Props {
  profile: Schema["BusinessView"];
  stored: Schema["HoursView"];
  onDone: () => Promise<void>;
}

/** One pattern for the week, and the days off; anything finer is for the screen of hours. */
export function HoursStep({ profile, stored, onDone }: Props) {
  const t = useTexts(words);
  const short = useWeekdayNames("short");
  const first = stored.weekly.find((d) => d.ranges.length > 0)?.ranges[0];
  const evening = profile.vertical === "restaurant";
  const [from, setFrom] = useState(first?.start_minute ?? (evening ? 1020 : 600));
  const [to, setTo] = useState(first?.end_minute ?? (evening ? 1380 : 1140));
  const [off, setOff] = useState<number[]>(
    first ? weekdays.filter((d) => !stored.weekly.some((w) => w.weekday === d && w.ranges.length > 0)) : [2],
  );
  const step = useStep(
    async () =>
      dataOf(
        await api.PUT("/api/v1/businesses/{business_id}/hours", {
          params: { path: { business_id: profile.id }, header: { "If-Match": `"${profile.version}"` } },
          body: {
            weekly: weekdays
              .filter((d) => !off.includes(d))
              .map((weekday) => ({ weekday, ranges: [{ start_minute: from, end_minute: to }] })),
          },
        }),
      ),
    onDone,
  );
  return (
    <form noValidate className="flex max-w-2xl flex-col gap-4" onSubmit={(e) => void step.submit(e)}>
      <p className="text-ink-soft">{t.hoursText}</p>
      <Fault>{step.error ? explain(step.error) : ""}</Fault>
      <div className="flex gap-4">
        <MinuteField className="w-28" label={t.opens} value={from} onChange={setFrom} />
        <MinuteField className="w-28" label={t.closes} value={to} onChange={setTo} />
      </div>
      <fieldset>
        <legend className="font-medium">{t.closedOn}</legend>
        <div className="flex flex-wrap gap-x-5">
          {weekdays.map((d) => (
            <CheckField
              key={d}
              label={short[d]}
              checked={off.includes(d)}
              onChange={(e) => setOff(e.target.checked ? [...off, d] : off.filter((x) => x !== d))}
            />
          ))}
        </div>
      </fieldset>
      <Button type="submit" kind="primary" className="self-start" busy={step.busy} disabled={off.length === 7}>
        {t.next}
      </Button>
    </form>
  );
}
