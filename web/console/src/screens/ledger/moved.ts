import { type Booking, instantOf, type Ledger } from "./day";
import type { Verdict } from "./judge";
import { lengthOf } from "./needs";

/** The booking as it will be when the server agrees with the verdict: drawn at once, before it answers. */
export function movedTo(ledger: Ledger, b: Booking, start: number, verdict: Verdict, length = lengthOf(b)): Booking {
  const at = (minute: number) => instantOf(ledger.date, minute, ledger.timezone);
  const by = start * 60_000 - (Date.parse(b.start) - Date.parse(at(0)));
  const shift = (t: string, later = 0) => at(Math.round((Date.parse(t) + by - Date.parse(at(0))) / 60_000) + later);
  const more = length - lengthOf(b);
  const serving = verdict.picks?.flatMap((p) =>
    p.units.flatMap((unit) =>
      p.need.spans.map((s) => ({ item: p.need.item, resource_id: p.resource, unit, start: at(start + s.from), end: at(start + s.to) })),
    ),
  );
  return {
    ...b,
    start: shift(b.start),
    end: shift(b.end, more),
    items: b.items.map((i, n) => ({ ...i, start: shift(i.start), end: shift(i.end, n === b.items.length - 1 ? more : 0) })),
    serving: serving ?? b.serving.map((s) => ({ ...s, start: shift(s.start), end: shift(s.end, s.end >= b.end ? more : 0) })),
    outside_rules: false,
  };
}

/** The ledger with one booking replaced, in the order of their starts; the others stay the same objects. */
export function withBooking(ledger: Ledger, b: Booking): Ledger {
  const others = ledger.bookings.filter((x) => x.id !== b.id);
  const list = b.date === ledger.date ? [...others, b] : others;
  list.sort((x, y) => Date.parse(x.start) - Date.parse(y.start) || (x.id < y.id ? -1 : 1));
  return { ...ledger, bookings: list };
}

export type Difference = "time" | "staff" | "status" | "other";

/** What somebody else changed of a booking since it was read. */
export function differences(before: Booking, after: Booking): Difference[] {
  const served = (b: Booking) => [...new Set(b.serving.map((s) => s.resource_id))].sort().join();
  const out: Difference[] = [];
  if (before.start !== after.start || before.end !== after.end) out.push("time");
  if (served(before) !== served(after)) out.push("staff");
  if (before.status !== after.status) out.push("status");
  if (out.length === 0 && before.version !== after.version) out.push("other");
  return out;
}
