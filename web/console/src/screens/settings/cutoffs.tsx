import type { Schema } from "@/api/client";
import { useTexts } from "@/text/texts";
import { CheckField } from "@/ui/field";
import { MinuteField, NumberField } from "@/ui/number";
import { words } from "./texts";

type Cutoff = Schema["Cutoff"] | null;

interface Props {
  legend: string;
  minutes: number;
  onMinutes: (to: number) => void;
  cutoff: Cutoff;
  onCutoff: (to: Cutoff) => void;
  error?: string | undefined;
}

/** Until when something may be done: so long before the start, or at a time of day. */
export function CutoffField({ legend, minutes, onMinutes, cutoff, onCutoff, error }: Props) {
  const t = useTexts(words);
  return (
    <fieldset className="rounded-lg border border-line p-3">
      <legend className="px-1 font-medium">{legend}</legend>
      <CheckField
        label={t.cutoff}
        checked={cutoff !== null}
        onChange={(e) => onCutoff(e.target.checked ? { days_before: 1, minute: 20 * 60 } : null)}
      />
      {cutoff ? (
        <div className="grid grid-cols-2 gap-3">
          <NumberField
            label={t.daysBefore}
            min={0}
            max={60}
            value={cutoff.days_before}
            onChange={(n) => onCutoff({ ...cutoff, days_before: n ?? 0 })}
            error={error}
          />
          <MinuteField label={t.at} value={cutoff.minute} onChange={(minute) => onCutoff({ ...cutoff, minute })} />
        </div>
      ) : (
        <NumberField label={t.noticeMinutes} min={0} max={43_200} value={minutes} onChange={(n) => onMinutes(n ?? 0)} error={error} />
      )}
    </fieldset>
  );
}
