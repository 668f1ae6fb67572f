import type { Schema } from "@/api/client";
import type { Role } from "@/shell/business";

type Booking = Schema["ConsoleBooking"];
type Entry = Schema["HistoryView"];
export type Status = Booking["status"];

/** What is done with a booking, beside moving it: one way of the API each. */
export type Action = "approve" | "decline" | "check-in" | "complete" | "no-show" | "cancel" | "undo";

/** What is offered: now, or with the instant from which it will be. */
export interface Offer {
  action: Action | "move";
  from?: number;
}

/** The order in which actions stand; the first that is possible now is the one most likely meant. */
const after: Record<Status, readonly (Action | "move")[]> = {
  pending_payment: ["cancel"],
  pending_approval: ["approve", "decline", "move", "cancel"],
  confirmed: ["check-in", "move", "complete", "no-show", "cancel"],
  checked_in: ["complete", "move", "cancel"], // of whoever is here only the end moves
  completed: [],
  no_show: [],
  cancelled: [],
  declined: [],
  expired: [],
};

/** Guests are received on the day of their visit: the server's own limit. */
const receiveAhead = 12 * 3_600_000;

function earliest(action: Action | "move", start: number): number | undefined {
  if (action === "check-in" || action === "complete") return start - receiveAhead;
  return action === "no-show" ? start : undefined;
}

/** Which roles may do it: docs/permissions.md. Staff with bookings of their own only. */
function allowed(action: Action | "move", role: Role, own: boolean): boolean {
  if (role === "owner" || role === "manager") return true;
  if (role === "assistant") return action === "check-in" || action === "complete";
  return own;
}

/** What may be done with a booking now, by whom. `history` tells whether there is something to be taken back. */
export function offers(
  b: Pick<Booking, "status" | "start" | "expires_at">,
  who: { role: Role; own: boolean },
  now: number,
  back = false,
): Offer[] {
  const lapsed = b.expires_at !== null && Date.parse(b.expires_at) <= now;
  const out: Offer[] = [];
  for (const action of after[b.status]) {
    if (!allowed(action, who.role, who.own) || (lapsed && (action === "approve" || action === "move"))) continue;
    const from = earliest(action, Date.parse(b.start));
    out.push(from !== undefined && from > now ? { action, from } : { action });
  }
  if (back && allowed("undo", who.role, who.own)) out.push({ action: "undo" });
  return out;
}

const taken: readonly string[] = ["check_in", "complete", "no_show", "cancel"];

/** Whether the last change can be taken back: on its own day, once, and not how the booking began. */
export function undoable(b: Pick<Booking, "status">, history: readonly Entry[], zone: string, now: Date): boolean {
  const last = history.at(-1);
  if (!last || !taken.includes(last.action) || last.from === "" || last.to !== b.status) return false;
  const day = (at: Date) => new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" }).format(at);
  return day(new Date(last.at)) === day(now);
}

/** What the customer would pay for cancelling now: of the steps that have begun, the one nearest to the start; rounded down. */
export function feeNow(b: Pick<Booking, "start" | "price" | "cancellation_policy">, now: number): Schema["Money"] & { percent: number } {
  const hours = (Date.parse(b.start) - now) / 3_600_000;
  const begun = b.cancellation_policy.steps.filter((s) => hours <= s.hours_before).sort((x, y) => x.hours_before - y.hours_before);
  const percent = begun[0]?.percent ?? 0;
  return { ...b.price.total, amount: Math.floor((b.price.total.amount * percent) / 100), percent };
}

/** Whether an action must say why. */
export const needsReason = (action: Action) => action === "decline" || action === "undo";
