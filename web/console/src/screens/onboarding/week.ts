import type { Schema } from "@/api/client";
import { type Range, weekdays } from "@/ui/ranges";

type WeekDay = Schema["WeekDay"];
type Vertical = Schema["BusinessView"]["vertical"];

/** A week as shops say it: these hours, and those days off. */
export interface Pattern {
  ranges: Range[];
  off: number[];
}

const span = (from: number, to: number): Range => ({ start_minute: from * 60, end_minute: to * 60 });

/** Hours that shops of a trade usually have; 0 is Sunday. */
const usual: Record<Vertical, Pattern> = {
  hair_salon: { ranges: [span(10, 19)], off: [2] },
  nail_eyelash: { ranges: [span(10, 20)], off: [2] },
  spa_massage: { ranges: [span(11, 21)], off: [] },
  clinic: { ranges: [span(9, 12), span(15, 18)], off: [4, 0] },
  restaurant: { ranges: [span(17, 23)], off: [1] },
  fitness: { ranges: [span(9, 21)], off: [] },
  lodging: { ranges: [span(10, 20)], off: [] },
  lesson: { ranges: [span(10, 20)], off: [1] },
};

export function usualWeek(vertical: Vertical): Pattern {
  return { ranges: usual[vertical].ranges.map((r) => ({ ...r })), off: [...usual[vertical].off] };
}

/** The pattern of a stored week: undefined for one of which no day is open, null where the days differ. */
export function patternOf(weekly: readonly WeekDay[]): Pattern | null | undefined {
  const open = weekly.filter((d) => d.ranges.length > 0);
  const first = open[0];
  if (!first) return undefined;
  const same = (d: WeekDay) => JSON.stringify(d.ranges) === JSON.stringify(first.ranges);
  if (!open.every(same)) return null;
  return { ranges: first.ranges, off: weekdays.filter((d) => !open.some((o) => o.weekday === d)) };
}

export function weekOf({ ranges, off }: Pattern): WeekDay[] {
  return weekdays.map((weekday) => ({ weekday, ranges: off.includes(weekday) ? [] : ranges }));
}

/** Whether every span ends behind its beginning, and none reaches into the next. */
export function sound(ranges: readonly Range[]): boolean {
  const sorted = [...ranges].sort((a, b) => a.start_minute - b.start_minute);
  return sorted.every((r, i) => r.start_minute < r.end_minute && r.end_minute <= (sorted[i + 1]?.start_minute ?? Number.POSITIVE_INFINITY));
}
