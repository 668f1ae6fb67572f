/** Spans of minutes of a business day, half open; 1500 is 25:00. */
export interface Range {
  start_minute: number;
  end_minute: number;
}

export const lastMinute = 1800;

/** In order, with what touches or overlaps put together. */
export function joined(ranges: readonly Range[]): Range[] {
  const out: Range[] = [];
  for (const r of [...ranges].sort((a, b) => a.start_minute - b.start_minute)) {
    const last = out.at(-1);
    if (last && r.start_minute <= last.end_minute) last.end_minute = Math.max(last.end_minute, r.end_minute);
    else if (r.end_minute > r.start_minute) out.push({ ...r });
  }
  return out;
}

/** The ranges with a span painted in, or taken out. */
export function painted(ranges: readonly Range[], from: number, to: number, on: boolean): Range[] {
  if (on) return joined([...ranges, { start_minute: from, end_minute: to }]);
  return joined(
    ranges.flatMap((r) => [
      { start_minute: r.start_minute, end_minute: Math.min(r.end_minute, from) },
      { start_minute: Math.max(r.start_minute, to), end_minute: r.end_minute },
    ]),
  );
}

export function covers(ranges: readonly Range[], minute: number): boolean {
  return ranges.some((r) => r.start_minute <= minute && minute < r.end_minute);
}

/** A time of day as people type it, in any width, up to 30:00: 9:30, ９：３０, 930, 9. Undefined for anything else. */
export function parseMinute(text: string): number | undefined {
  const [, h, m] = /^(\d{1,2})(?::?([0-5]\d))?$/.exec(text.normalize("NFKC").trim()) ?? [];
  if (h === undefined) return undefined;
  const minute = Number(h) * 60 + Number(m ?? 0);
  return minute <= lastMinute ? minute : undefined;
}

/** Monday first, as weeks are read at home. */
export const weekdays = [1, 2, 3, 4, 5, 6, 0] as const;
