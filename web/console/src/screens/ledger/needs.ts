import type { Schema } from "@/api/client";
import { type Booking, isMovable, type Minutes, merged, type Shop, within } from "./day";

// What a booked visit needs, by the requirements that its menus have now: as the server plans a move.

type Requirement = Schema["RequirementView"];
type Resource = Schema["ResourceView"];

/** One who or what is needed, over spans of minutes counted from the start of the visit. */
export interface Need {
  item: number;
  kind: Requirement["kind"];
  candidates: string[];
  units: number;
  spans: Minutes[];
}

export interface Visit {
  length: number;
  needs: Need[];
  /** Whom the customer asked for would no longer serve. */
  consent: boolean;
  /** Somebody was named who can do none of it. */
  unable: boolean;
}

/** Whether a resource can meet a requirement for a party at all. */
function accepts(r: Requirement, x: Resource, party: number): boolean {
  return (
    x.active &&
    x.kind === r.kind &&
    (r.resource_ids.length === 0 || r.resource_ids.includes(x.id)) &&
    x.min_party <= party &&
    party <= x.max_party &&
    unitsFor(r, party) <= x.capacity
  );
}

const unitsFor = (r: Requirement, party: number) => (r.per_person ? r.units * party : r.units);

/** Who is to serve one item: the one asked for, the one put in, or nobody in particular. */
interface Chosen {
  staff: string | null;
  nominated: boolean;
}

function choose(shop: Shop, b: Booking, item: number, to: string | null): Chosen & { given: boolean } {
  const before = b.items[item]?.staff?.id ?? null;
  const keeps = { staff: before, nominated: before !== null, given: false };
  const service = shop.services.find((s) => s.id === b.items[item]?.service.id);
  const person = shop.resources.find((x) => x.id === to);
  const asked = service?.requirements.find((r) => r.kind === "staff");
  if (!service || !person || !asked || !accepts(asked, person, b.party_size)) return keeps;
  const able = service.nomination !== "none" && person.nominatable;
  return { staff: person.id, nominated: before !== null && able, given: true };
}

/** The visit of a booking when it is given to somebody (null: as before) and lasts so long: the last item takes up the
 * difference. */
export function visitOf(shop: Shop, b: Booking, to: string | null, length = lengthOf(b)): Visit {
  const whole = within(b.date, b);
  const more = length - lengthOf(b);
  const needs: Need[] = [];
  let consent = false;
  let given = false;
  let before: Need[] = [];
  b.items.forEach((booked, item) => {
    const service = shop.services.find((s) => s.id === booked.service.id);
    const chosen = choose(shop, b, item, to);
    given ||= chosen.given;
    if (booked.staff && (!chosen.nominated || chosen.staff !== booked.staff.id)) consent = true;
    const at = within(b.date, booked);
    if (item === b.items.length - 1) at.to += more;
    const now: Need[] = [];
    let first = true;
    for (const r of service?.requirements ?? []) {
      const decides = r.kind === "staff" && first;
      if (decides) first = false;
      const need = needOf(shop, r, b.party_size, item, { from: at.from - whole.from, to: at.to - whole.from });
      if (decides) need.candidates = serving(shop, need.candidates, chosen.staff, service?.nomination === "required");
      now.push(follow(needs, before, now, need, at.from - whole.from));
    }
    before = now;
  });
  return { length, needs, consent, unable: to !== null && !given };
}

export function lengthOf(b: Booking): number {
  const at = within(b.date, b);
  return at.to - at.from;
}

/** The shortest that a booking may last: its last item lasts five minutes at least. */
export function shortest(b: Booking): number {
  const last = b.items.at(-1);
  return (last ? within(b.date, last).from - within(b.date, b).from : 0) + 5;
}

function serving(shop: Shop, candidates: string[], chosen: string | null, asked: boolean): string[] {
  if (chosen !== null) return candidates.filter((id) => id === chosen);
  return asked ? candidates.filter((id) => shop.resources.find((x) => x.id === id)?.nominatable) : candidates;
}

function needOf(shop: Shop, r: Requirement, party: number, item: number, at: Minutes): Need {
  const span = { from: at.from - r.before_minutes, to: at.to + r.after_minutes };
  const gap = r.gap_start_minute !== null && r.gap_end_minute !== null;
  const spans = gap
    ? [
        { from: span.from, to: Math.min(at.from + (r.gap_start_minute ?? 0), span.to) },
        { from: Math.max(at.from + (r.gap_end_minute ?? 0), span.from), to: span.to },
      ].filter((s) => s.from < s.to)
    : [span];
  const candidates = shop.resources.filter((x) => accepts(r, x, party)).map((x) => x.id);
  return { item, kind: r.kind, candidates, units: unitsFor(r, party), spans };
}

/** Adds a need, or lets what serves the item before go on: the same things stay taken, the same person does not clean up
 * between the items. */
function follow(needs: Need[], before: Need[], now: Need[], need: Need, boundary: number): Need {
  const old = before.find((n) => !now.includes(n) && goesOn(n, need));
  if (old) {
    old.spans = clipped(old.spans, { from: -Infinity, to: boundary });
    need.spans = clipped(need.spans, { from: boundary, to: Infinity });
    if (need.kind !== "staff") {
      old.spans = merged([...old.spans, ...need.spans]);
      return old;
    }
  }
  needs.push(need);
  return need;
}

function goesOn(old: Need, need: Need): boolean {
  const same = old.units === need.units && old.candidates.join() === need.candidates.join();
  return same && need.candidates.length > 0 && (need.kind !== "staff" || need.candidates.length === 1);
}

function clipped(spans: Minutes[], to: Minutes): Minutes[] {
  const out = spans.map((s) => ({ from: Math.max(s.from, to.from), to: Math.min(s.to, to.to) })).filter((s) => s.from < s.to);
  return out.length > 0 ? out : spans;
}

/** Who of the staff serves a booking. */
export function staffOf(b: Booking, kinds: ReadonlyMap<string, string>): string[] {
  return [...new Set(b.serving.map((s) => s.resource_id))].filter((id) => kinds.get(id) === "staff");
}

/** Whom a drop on a column names to the server: null leaves it to whoever served before. */
export function namedBy(b: Booking, column: string, kinds: ReadonlyMap<string, string>): string | null {
  if (!isMovable(b) || kinds.get(column) !== "staff") return null;
  const staff = staffOf(b, kinds);
  const stays = staff.includes(column) && (staff.length > 1 || b.items.some((i) => i.staff !== null));
  return stays ? null : column;
}
