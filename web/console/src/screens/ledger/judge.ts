import {
  type Booking,
  type Column,
  isMovable,
  isPending,
  isStretchable,
  type Ledger,
  type Minutes,
  merged,
  midnight,
  occupies,
  overlap,
  ranges,
  type Shop,
  within,
  working,
} from "./day";
import { lengthOf, type Need, visitOf } from "./needs";

// What the server would say of a move, told before the drop. The same table of cases (internal/app/testdata/moves.json)
// is put to this function and to the server.

export type Kind = "free" | "state" | "unable" | "past" | "closed" | "off" | "taken";

export interface Verdict {
  kind: Kind;
  /** A manager may do it all the same, with a reason. */
  soft: boolean;
  /** The customer asked for somebody who would no longer serve, and must have agreed. */
  consent: boolean;
  /** Who or what stands against it, when, and because of whom. */
  column?: Column;
  at?: Minutes;
  /** The stretch lies between two working times: a break, not the end of the day. */
  pause?: boolean;
  other?: Booking;
  /** A customer is filling in the form for it. */
  held?: boolean;
  picks?: Pick[];
}

export interface Pick {
  need: Need;
  resource: string;
  units: number[];
}

/** How far back members may enter and move. */
const memberBack = midnight;

interface Busy extends Minutes {
  unit: number;
  booking?: Booking;
}

/** Judges the move of a booking to a minute of the day, given to a staff member or (null) served as before, for so long. */
export function judge(ledger: Ledger, shop: Shop, booking: Booking, start: number, to: string | null, length = lengthOf(booking)): Verdict {
  const visit = visitOf(shop, booking, to, length);
  const said = (kind: Kind, more: Partial<Verdict> = {}): Verdict => ({ kind, soft: false, consent: visit.consent, ...more });
  if (!isMovable(booking) && !endsOnly(ledger, booking, start, to, length)) return said("state");
  if (visit.unable) {
    const column = ledger.resources.find((r) => r.id === to);
    return said("unable", column ? { column } : {});
  }
  const now = within(ledger.date, { start: ledger.now, end: ledger.now }).from;
  if (start < now - memberBack || (isPending(booking) && start <= now)) return said("past");

  if (!isMovable(booking)) stay(visit.needs, booking);
  const whole = { from: start, to: start + visit.length };
  const room = new Room(ledger, booking);
  const open = gap(ranges(ledger.hours), [whole], midnight);
  if (open) return said("closed", { soft: room.seat(visit.needs, start, false) !== null, at: open });
  const picks = room.seat(visit.needs, start, true);
  if (picks) return said("free", { picks });
  const soft = room.seat(visit.needs, start, false) !== null;
  return said(soft ? "off" : "taken", { soft, ...room.blame(visit.needs, start, soft) });
}

/** Nothing of a guest who is here changes but when they leave. */
function endsOnly(ledger: Ledger, b: Booking, start: number, to: string | null, length: number): boolean {
  const stays = to === null || b.serving.some((s) => s.resource_id === to);
  return isStretchable(b) && stays && length !== lengthOf(b) && start === within(ledger.date, b).from;
}

/** Nobody else comes to serve them either. */
function stay(needs: Need[], b: Booking): void {
  const theirs = new Set(b.serving.map((s) => s.resource_id));
  for (const n of needs) n.candidates = n.candidates.filter((c) => theirs.has(c));
}

/** The first stretch of spans that ranges do not cover. What runs on past the end of the day, when they reach up to it, is
 * the next day's, of which this day knows nothing: it does not stand against it. */
function gap(within: readonly Minutes[], spans: readonly Minutes[], end: number): Minutes | null {
  const there = merged(within);
  for (const s of spans) {
    let at = s.from;
    for (const r of there) {
      if (r.from > at || at >= s.to) break;
      at = Math.max(at, r.to === end ? Infinity : r.to);
    }
    if (at < s.to) {
      const next = there.find((r) => r.from > at);
      return { from: at, to: next ? next.from : s.to };
    }
  }
  return null;
}

/** How many ways of serving a visit are tried before it is left to the server. */
const patience = 5_000;

/** Who and what is free on the day, without the booking that moves. */
class Room {
  private readonly columns: Map<string, Column>;
  private readonly busy = new Map<string, Busy[]>();
  private readonly mine: Set<string>;
  private readonly end: number;
  private left = patience;

  constructor(ledger: Ledger, moving: Booking) {
    this.columns = new Map(ledger.resources.map((c) => [c.id, c]));
    this.mine = new Set(moving.serving.map((s) => s.resource_id));
    this.end = Math.max(midnight, ...ledger.hours.map((r) => r.end_minute));
    const now = Date.parse(ledger.now);
    for (const b of ledger.bookings) {
      if (b.id === moving.id || !occupies(b, now)) continue;
      for (const s of b.serving) this.take(s.resource_id, { ...within(ledger.date, s), unit: s.unit, booking: b });
    }
    for (const h of ledger.holds) {
      if (Date.parse(h.expires_at) > now) this.take(h.resource_id, { ...within(ledger.date, h), unit: h.unit });
    }
  }

  private take(resource: string, busy: Busy): void {
    const list = this.busy.get(resource);
    if (list) list.push(busy);
    else this.busy.set(resource, [busy]);
  }

  /** Finds who serves every need at once; null when nobody can. Who served before is tried first. */
  seat(needs: readonly Need[], start: number, shifts: boolean): Pick[] | null {
    this.left = patience;
    return this.place(needs, 0, start, shifts, []);
  }

  private place(needs: readonly Need[], i: number, start: number, shifts: boolean, picks: Pick[]): Pick[] | null {
    const need = needs[i];
    if (!need || --this.left < 0) return picks;
    const spans = shifted(need, start);
    const first = need.candidates.filter((c) => this.mine.has(c));
    for (const resource of [...first, ...need.candidates.filter((c) => !this.mine.has(c))]) {
      if (shifts && this.away(resource, spans)) continue;
      const units = this.free(resource, spans, picks, start).slice(0, need.units);
      if (units.length < need.units) continue;
      const done = this.place(needs, i + 1, start, shifts, [...picks, { need, resource, units }]);
      if (done) return done;
    }
    return null;
  }

  private away(resource: string, spans: Minutes[]): Minutes | null {
    const column = this.columns.get(resource);
    const work = column && working(column);
    return work ? gap(work, spans, this.end) : null;
  }

  private free(resource: string, spans: Minutes[], picks: readonly Pick[], start: number): number[] {
    const taken = new Set<number>();
    for (const b of this.busy.get(resource) ?? []) if (spans.some((s) => overlap(s, b))) taken.add(b.unit);
    for (const p of picks) {
      if (p.resource !== resource) continue;
      if (shifted(p.need, start).some((a) => spans.some((b) => overlap(a, b)))) for (const u of p.units) taken.add(u);
    }
    const out: number[] = [];
    for (let unit = 1; unit <= (this.columns.get(resource)?.capacity ?? 0); unit++) if (!taken.has(unit)) out.push(unit);
    return out;
  }

  /** Says who or what stands against it: of the one named or who served before, else of the first who could. */
  blame(needs: readonly Need[], start: number, soft: boolean): Partial<Verdict> {
    for (const need of needs) {
      const spans = shifted(need, start);
      const serves = (c: string) => !this.away(c, spans) && this.free(c, spans, [], start).length >= need.units;
      if (need.candidates.some(serves)) continue;
      const resource = need.candidates.find((c) => this.mine.has(c)) ?? need.candidates[0];
      const column = resource === undefined ? undefined : this.columns.get(resource);
      if (!column) return {};
      const away = this.away(column.id, spans);
      const busy = this.busy.get(column.id)?.find((b) => spans.some((s) => overlap(s, b)));
      if (away && (soft || !busy))
        return { column, at: away, pause: (working(column) ?? []).some((r) => r.from >= away.to) && this.began(column, away) };
      if (!busy) return { column };
      const at = { from: busy.from, to: busy.to };
      return busy.booking ? { column, at, other: busy.booking } : { column, at, held: true };
    }
    return {};
  }

  private began(column: Column, away: Minutes): boolean {
    return (working(column) ?? []).some((r) => r.to <= away.from);
  }
}

const shifted = (need: Need, start: number): Minutes[] => need.spans.map((s) => ({ from: s.from + start, to: s.to + start }));
