import { addDays } from "@/text/clock";

// Lists of bookings span at most 92 days each: a longer time is read in stretches.

export interface Days {
  from: string;
  to: string;
}

const span = 92;

/** Stretches one after the other, from the day before today: past midnight its business day goes on. */
export function windows(today: string, count: number): Days[] {
  const first = addDays(today, -1);
  return Array.from({ length: count }, (_, i) => ({ from: addDays(first, i * span), to: addDays(first, (i + 1) * span - 1) }));
}

interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** A page of a list that goes over all stretches: where one ends the next begins, and empty ones are left out. */
export async function pageOver<T>(
  all: readonly Days[],
  cursor: string | undefined,
  read: (days: Days, cursor: string | undefined) => Promise<Page<T>>,
): Promise<Page<T>> {
  const [at, inside] = cursor ? [Number(cursor.slice(0, cursor.indexOf(":"))), cursor.slice(cursor.indexOf(":") + 1)] : [0, ""];
  for (let i = at; i < all.length; i++) {
    const days = all[i];
    if (!days) break;
    const page = await read(days, (i === at && inside) || undefined);
    const next = page.next_cursor ? `${i}:${page.next_cursor}` : i + 1 < all.length ? `${i + 1}:` : null;
    if (page.items.length > 0 || next === null) return { items: page.items, next_cursor: next };
  }
  return { items: [], next_cursor: null };
}
