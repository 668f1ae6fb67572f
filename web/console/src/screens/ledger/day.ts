import type { Schema } from "@/api/client";
import { minutesOfDay } from "@/text/clock";

// The day of the ledger in minutes from the midnight that begins it: the one measure of all that is drawn and judged.

export type Ledger = Schema["LedgerView"];
export type Booking = Schema["ConsoleBooking"];
export type Column = Schema["LedgerColumn"];
export type Status = Booking["status"];

/** What the rules of a move need to know of the shop besides its day. */
export interface Shop {
  services: Schema["ServiceView"][];
  resources: Schema["ResourceView"][];
}

export interface Minutes {
  from: number;
  to: number;
}

export const midnight = 24 * 60;

const occupying: readonly Status[] = ["pending_payment", "pending_approval", "confirmed", "checked_in"];
const pending: readonly Status[] = ["pending_payment", "pending_approval"];
const movable: readonly Status[] = ["pending_approval", "confirmed"];
const gone: readonly Status[] = ["cancelled", "declined", "expired"];

export const isPending = (b: Booking) => pending.includes(b.status);
export const isMovable = (b: Booking) => movable.includes(b.status);
/** Whether its end may be moved: of a guest who is here nothing else may. */
export const isStretchable = (b: Booking) => isMovable(b) || b.status === "checked_in";
/** It will not take place: hidden until somebody wants to see it. */
export const isGone = (b: Booking) => gone.includes(b.status);

/** Whether a booking holds what serves it, as the server counts: what was pending and ran out holds nothing. */
export function occupies(b: Booking, now: number): boolean {
  return occupying.includes(b.status) && (b.expires_at === null || Date.parse(b.expires_at) > now);
}

export function within(date: string, of: { start: string; end: string }): Minutes {
  return { from: minutesOfDay(date, of.start), to: minutesOfDay(date, of.end) };
}

export const overlap = (a: Minutes, b: Minutes) => a.from < b.to && b.from < a.to;

/** How far a zone's clock is ahead of UTC at an instant, in minutes. */
function ahead(at: number, zone: string): number {
  const name = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" }).formatToParts(at);
  const found = /([+-])(\d\d):(\d\d)/.exec(name.find((p) => p.type === "timeZoneName")?.value ?? "");
  return found ? (found[1] === "-" ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) : 0;
}

/** The instant of a minute of a business day, with the offset of its zone, as the API takes it. */
export function instantOf(date: string, minute: number, zone: string): string {
  const wall = Date.parse(`${date}T00:00:00Z`) + minute * 60_000;
  const offset = ahead(wall - ahead(wall, zone) * 60_000, zone);
  const two = (n: number) => String(n).padStart(2, "0");
  const size = Math.abs(offset);
  return `${new Date(wall).toISOString().slice(0, 19)}${offset < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** Ranges of minutes in order, those that touch made one. */
export function merged(ranges: readonly Minutes[]): Minutes[] {
  const out: Minutes[] = [];
  for (const r of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = out.at(-1);
    if (last && r.from <= last.to) last.to = Math.max(last.to, r.to);
    else if (r.from < r.to) out.push({ ...r });
  }
  return out;
}

/** What lies between two minutes and in none of the ranges. */
export function outside(ranges: readonly Minutes[], whole: Minutes): Minutes[] {
  const out: Minutes[] = [];
  let at = whole.from;
  for (const r of merged(ranges)) {
    if (r.from >= whole.to) break;
    if (r.from > at) out.push({ from: at, to: r.from });
    at = Math.max(at, r.to);
  }
  if (at < whole.to) out.push({ from: at, to: whole.to });
  return out;
}

export const ranges = (list: Schema["Range"][]): Minutes[] => list.map((r) => ({ from: r.start_minute, to: r.end_minute }));

/** When a column's resource is there: null means whenever it is needed. */
export function working(c: Column): Minutes[] | null {
  return c.always ? null : ranges(c.works);
}
