import type { Schema } from "@/api/client";
import { type Booking, instantOf, type Ledger, type Shop, within } from "../ledger/day";
import { judge, type Verdict } from "../ledger/judge";
import { customerBody, type Found, type Typed } from "./who";

type Service = Schema["ServiceView"];
type Body = Schema["ConsoleBookingInputBody"];

/** One service of a visit with its options. */
export interface Line {
  service: string;
  options: string[];
}

/** A booking as it is being entered. */
export interface Draft {
  date: string;
  /** Minutes of the business day. */
  minute: number;
  lines: Line[];
  set: string | null;
  staff: string | null;
  /** The customer asked for the staff member: a nomination, with its fee. */
  asked: boolean;
  party: number | null;
  typed: Typed;
  found: Found | null;
  note: string;
  tell: boolean;
  walkIn: boolean;
  reason: string;
}

/** What the shop offers, as far as a booking needs it. */
export interface Offered extends Shop {
  options: Schema["OptionView"][];
  sets: Schema["SetView"][];
}

const serviceOf = (of: Offered, id: string) => of.services.find((s) => s.id === id);
const optionOf = (of: Offered, id: string) => of.options.find((o) => o.id === id);

/** Whether it may be entered for a date. */
export function offeredOn(of: { active: boolean; active_from: string | null; active_to: string | null }, date: string): boolean {
  return of.active && (of.active_from ?? date) <= date && date <= (of.active_to ?? date);
}

/** The party that counts: as many as the services take at least where nobody said. */
export function partyOf(of: Offered, d: Draft): number {
  return d.party ?? Math.max(1, ...d.lines.map((l) => serviceOf(of, l.service)?.min_party ?? 1));
}

/** How long a line takes with its options. */
export function minutesOf(of: Offered, line: Line): number {
  const extra = line.options.reduce((sum, id) => sum + (optionOf(of, id)?.duration_minutes ?? 0), 0);
  return (serviceOf(of, line.service)?.duration_minutes ?? 0) + extra;
}

export const lengthOf = (of: Offered, d: Draft) => d.lines.reduce((sum, l) => sum + minutesOf(of, l), 0);

/** Whether the staff member can be asked for with a service. */
export function nominable(of: Offered, line: Line, staff: string): boolean {
  const service = serviceOf(of, line.service);
  const needed = service?.requirements.find((r) => r.kind === "staff");
  const person = of.resources.find((r) => r.id === staff);
  if (!service || !needed || !person?.active || !person.nominatable || service.nomination === "none") return false;
  return needed.resource_ids.length === 0 || needed.resource_ids.includes(staff);
}

/** Who is asked for with a line; services that want somebody asked for take whoever is to serve. */
function askedFor(of: Offered, d: Draft, line: Line): string | null {
  const must = serviceOf(of, line.service)?.nomination === "required";
  return d.staff !== null && (d.asked || must) && nominable(of, line, d.staff) ? d.staff : null;
}

/** What a visit will cost, as the server adds it up; undefined before a menu is chosen. */
export function priceOf(of: Offered, d: Draft): Schema["Money"] | undefined {
  const first = d.lines[0] && serviceOf(of, d.lines[0].service);
  if (!first) return undefined;
  const party = partyOf(of, d);
  const set = of.sets.find((s) => s.id === d.set);
  let amount = set ? set.price.amount * (first.per_person ? party : 1) : 0;
  let fee = 0;
  for (const line of d.lines) {
    const service = serviceOf(of, line.service);
    if (!service) continue;
    const heads = service.per_person ? party : 1;
    const person = of.resources.find((r) => r.id === askedFor(of, d, line));
    if (!set) amount += (service.prices.find((p) => p.rank_id === person?.rank_id)?.price ?? service.price).amount * heads;
    for (const id of line.options) amount += (optionOf(of, id)?.price.amount ?? 0) * heads;
    if (person) fee = person.nomination_fee.amount;
  }
  return { amount: amount + fee, currency: first.price.currency };
}

/** The visit as a booking that stands nowhere yet, for the ledger's judge. */
function trial(of: Offered, ledger: Ledger, d: Draft, minute: number): Booking {
  const at = (m: number) => instantOf(ledger.date, m, ledger.timezone);
  let from = minute;
  const items = d.lines.map((line) => {
    const service = serviceOf(of, line.service) as Service;
    const staff = of.resources.find((r) => r.id === askedFor(of, d, line));
    const item = {
      service,
      options: [],
      staff: staff ? { id: staff.id, name: staff.name } : null,
      start: at(from),
      end: at(from + minutesOf(of, line)),
    };
    from += minutesOf(of, line);
    return item;
  });
  const now = { date: ledger.date, status: "confirmed", start: at(minute), end: at(from), party_size: partyOf(of, d), items, serving: [] };
  return { ...(now as unknown as Booking), id: "new", version: 0 };
}

/** What stands against a start; null without a menu. */
export function judged(of: Offered, ledger: Ledger, d: Draft, minute = d.minute): Verdict | null {
  if (d.lines.length === 0 || d.lines.some((l) => !serviceOf(of, l.service))) return null;
  const b = trial(of, ledger, d, minute);
  const named = d.staff !== null && b.items.every((i) => i.staff?.id === d.staff);
  return judge(ledger, of, b, minute, named ? null : d.staff);
}

/** The minutes at which the day's grid has starts. */
export function gridOf(ledger: Ledger): number[] {
  const step = ledger.grid_minutes;
  return ledger.hours.flatMap((h) => {
    const out: number[] = [];
    for (let m = Math.ceil(h.start_minute / step) * step; m < h.end_minute; m += step) out.push(m);
    return out;
  });
}

/** The free starts nearest to a minute, in order; none that has gone by. */
export function nearFree(of: Offered, ledger: Ledger, d: Draft, most = 6): number[] {
  const now = nowIn(ledger);
  const near = gridOf(ledger)
    .filter((m) => m >= now - ledger.grid_minutes)
    .sort((a, b) => Math.abs(a - d.minute) - Math.abs(b - d.minute));
  const out: number[] = [];
  for (const m of near) {
    if (out.length === most) break;
    if (judged(of, ledger, d, m)?.kind === "free") out.push(m);
  }
  return out.sort((a, b) => a - b);
}

export const nowIn = (ledger: Ledger) => within(ledger.date, { start: ledger.now, end: ledger.now }).from;

/** The step of the clock in which members enter bookings. */
export const step = 5;

/** When a booking that names no time begins: now on the business day that it is, else with the day's opening. */
export function firstMinute(ledger: Ledger): number {
  const now = nowIn(ledger);
  return now >= 0 && now < 30 * 60 ? Math.floor(now / step) * step : (ledger.hours[0]?.start_minute ?? 600);
}

/** Whether whoever comes at a minute may be here already: a walk-in. */
export function couldBeHere(ledger: Ledger, minute: number): boolean {
  const now = nowIn(ledger);
  return minute > now - 12 * 60 && minute <= now + 30;
}

/** The draft as the API takes it. */
export function bodyOf(of: Offered, d: Draft, zone: string): Body {
  const customer = customerBody(d.typed, d.found);
  const items = d.lines.map((line) => {
    const asked = askedFor(of, d, line);
    return { service_id: line.service, option_ids: line.options, ...(asked && { staff_id: asked }) };
  });
  return {
    start: instantOf(d.date, d.minute, zone),
    items,
    ...(d.set && { set_id: d.set }),
    ...(d.staff && items.some((i) => !("staff_id" in i)) && { assigned_staff_id: d.staff }),
    ...(d.party !== null && { party_size: d.party }),
    ...(customer && { customer }),
    ...(d.note.trim() && { note: d.note.trim() }),
    ...(d.walkIn && { walk_in: true }),
    ...(d.reason.trim() && { override_reason: d.reason.trim() }),
    ...(!d.tell && { silent: true }),
  };
}
