import { type PointerEvent, useRef, useState } from "react";
import { clockTime } from "@/text/format";
import { useLang } from "@/text/lang";
import { texts, useTexts } from "@/text/texts";
import { Button } from "./button";
import { MinuteField } from "./number";
import { lastMinute, painted, type Range } from "./ranges";

const words = texts({
  ja: {
    from: (day: string) => `${day} 開始`,
    to: (day: string) => `${day} 終了`,
    remove: (day: string, time: string) => `${day} ${time}を外す`,
    add: "時間を追加",
    off: "休み",
    copy: "ほかの日にも写す",
    hint: "帯をなぞって塗るか、時刻を入力してください。もう一度なぞると消えます。深夜は25:00のように入力します。",
  },
  en: {
    from: (day: string) => `${day} from`,
    to: (day: string) => `${day} to`,
    remove: (day: string, time: string) => `${day}: remove ${time}`,
    add: "Add hours",
    off: "Off",
    copy: "Copy to the other days",
    hint: "Paint over the bar or type times; painting again erases. Past midnight is typed as 25:00.",
  },
});

export interface Row {
  id: string;
  label: string;
  ranges: Range[];
}

interface Props {
  rows: Row[];
  onChange: (id: string, to: Range[]) => void;
  /** Copies the hours of one row to all others; none: not offered. */
  onCopy?: (id: string) => void;
  errors?: Record<string, string | undefined>;
  disabled?: boolean;
  offLabel?: string;
}

/** Hours of days, one row each: a bar that can be painted over, and the same as times that can be typed. */
export function WeekField({ rows, onChange, onCopy, errors = {}, disabled = false, offLabel }: Props) {
  const t = useTexts(words);
  return (
    <div className="flex flex-col divide-y divide-line">
      <p className="pb-2 text-sm text-ink-soft">{t.hint}</p>
      {rows.map((row) => (
        <fieldset key={row.id} disabled={disabled} className="grid gap-x-4 gap-y-2 py-3 md:grid-cols-[7rem_1fr]">
          <legend className="float-left py-2 font-medium md:contents">
            <span className="py-2">{row.label}</span>
          </legend>
          <div className="flex min-w-0 flex-col gap-2">
            <Bar ranges={row.ranges} onChange={(to) => onChange(row.id, to)} />
            <div className="flex flex-wrap items-center gap-2">
              {row.ranges.length === 0 && <span className="py-2 text-ink-soft">{offLabel ?? t.off}</span>}
              {row.ranges.map((r, i) => {
                const set = (to: Range) =>
                  onChange(
                    row.id,
                    row.ranges.map((x, j) => (j === i ? to : x)),
                  );
                return (
                  <span key={`${r.start_minute}-${r.end_minute}`} className="flex items-center gap-1">
                    <MinuteField
                      hideLabel
                      className="w-20"
                      label={t.from(row.label)}
                      value={r.start_minute}
                      onChange={(m) => set({ ...r, start_minute: m })}
                    />
                    <span aria-hidden>–</span>
                    <MinuteField
                      hideLabel
                      className="w-20"
                      label={t.to(row.label)}
                      value={r.end_minute}
                      onChange={(m) => set({ ...r, end_minute: m })}
                    />
                    <Button
                      kind="quiet"
                      aria-label={t.remove(row.label, `${clockTime(r.start_minute)}–${clockTime(r.end_minute)}`)}
                      onClick={() =>
                        onChange(
                          row.id,
                          row.ranges.filter((_, j) => j !== i),
                        )
                      }
                    >
                      <span aria-hidden>✕</span>
                    </Button>
                  </span>
                );
              })}
              <Button kind="quiet" onClick={() => onChange(row.id, [...row.ranges, nextRange(row.ranges)])}>
                {t.add}
              </Button>
              {onCopy && row.ranges.length > 0 && (
                <Button kind="quiet" onClick={() => onCopy(row.id)}>
                  {t.copy}
                </Button>
              )}
            </div>
            {errors[row.id] && (
              <p role="alert" className="text-sm font-medium text-bad">
                {errors[row.id]}
              </p>
            )}
          </div>
        </fieldset>
      ))}
    </div>
  );
}

/** What a further span of a day begins with: ten to seven, or two hours behind the last one. */
function nextRange(ranges: Range[]): Range {
  const last = ranges.at(-1);
  if (!last) return { start_minute: 600, end_minute: 1140 };
  const start_minute = Math.min(last.end_minute + 60, lastMinute - 60);
  return { start_minute, end_minute: Math.min(start_minute + 120, lastMinute) };
}

const first = 6 * 60; // most bars begin at six in the morning
const step = 30;

/** The hours as a bar; painted over by a pointer. For the keyboard there are the times below it. */
function Bar({ ranges, onChange }: { ranges: Range[]; onChange: (to: Range[]) => void }) {
  const ref = useRef<HTMLDivElement>(null);
  const [stroke, setStroke] = useState<{ from: number; to: number; on: boolean } | null>(null);
  const begin = Math.min(first, ...ranges.map((r) => Math.floor(r.start_minute / 60) * 60));
  const length = lastMinute - begin;
  const shown = stroke ? painted(ranges, stroke.from, stroke.to, stroke.on) : ranges;
  const minuteAt = (e: PointerEvent) => {
    const box = ref.current?.getBoundingClientRect();
    if (!box) return begin;
    const minute = begin + ((e.clientX - box.left) / box.width) * length;
    return Math.max(begin, Math.min(Math.floor(minute / step) * step, lastMinute - step));
  };
  const pct = (minute: number) => `${((minute - begin) / length) * 100}%`;
  return (
    <div
      ref={ref}
      aria-hidden
      className="relative h-9 touch-pan-y overflow-hidden rounded-lg border border-line bg-sunken"
      onPointerDown={(e) => {
        if (e.button !== 0 || ref.current?.closest("fieldset:disabled")) return;
        const from = minuteAt(e);
        e.currentTarget.setPointerCapture(e.pointerId);
        setStroke({ from, to: from + step, on: !ranges.some((r) => r.start_minute <= from && from < r.end_minute) });
      }}
      onPointerMove={(e) => {
        if (!stroke) return;
        const at = minuteAt(e);
        setStroke({ ...stroke, from: Math.min(stroke.from, at), to: Math.max(stroke.to, at + step) });
      }}
      onPointerUp={() => {
        if (stroke) onChange(painted(ranges, stroke.from, stroke.to, stroke.on));
        setStroke(null);
      }}
      onPointerCancel={() => setStroke(null)}
    >
      {Array.from({ length: Math.floor(length / 180) }, (_, i) => begin + i * 180).map((minute) => (
        <span
          key={minute}
          className="tabular absolute bottom-0 border-l border-line pl-1 text-xs text-ink-soft"
          style={{ left: pct(minute) }}
        >
          {Math.floor(minute / 60)}
        </span>
      ))}
      {shown.map((r) => (
        <span
          key={r.start_minute}
          className="absolute top-1 bottom-3.5 rounded bg-accent"
          style={{ left: pct(r.start_minute), width: `${((r.end_minute - r.start_minute) / length) * 100}%` }}
        />
      ))}
    </div>
  );
}

/** Names of weekdays, Sunday as 0. */
export function useWeekdayNames(length: "long" | "short" = "long"): string[] {
  const lang = useLang();
  const format = new Intl.DateTimeFormat(lang === "ja" ? "ja-JP" : "en", { weekday: length, timeZone: "UTC" });
  return [0, 1, 2, 3, 4, 5, 6].map((day) => format.format(Date.UTC(2026, 1, 1 + day))); // 1 February 2026 is a Sunday
}
