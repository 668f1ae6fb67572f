import type { Schema } from "@/api/client";
import { type Range, weekdays } from "@/ui/ranges";

type Hours = Schema["HoursView"];

/** The hours by row: weekdays by number, holidays and eves when they have hours of their own. */
export function rowsOf(h: Pick<Hours, "weekly" | "holiday" | "eve">): Record<string, Range[]> {
  const rows: Record<string, Range[]> = {};
  for (const day of weekdays) rows[day] = h.weekly.find((w) => w.weekday === day)?.ranges ?? [];
  if (h.holiday) rows["holiday"] = h.holiday.ranges;
  if (h.eve) rows["eve"] = h.eve.ranges;
  return rows;
}

/** What is sent for rows: days without hours are left out, and so are holidays that are as their weekday. */
export function bodyOf(rows: Record<string, Range[]>): Schema["HoursInput"] {
  return {
    weekly: weekdays.flatMap((weekday) => {
      const ranges = rows[weekday] ?? [];
      return ranges.length ? [{ weekday, ranges }] : [];
    }),
    ...(rows["holiday"] && { holiday: { ranges: rows["holiday"] } }),
    ...(rows["eve"] && { eve: { ranges: rows["eve"] } }),
  };
}
