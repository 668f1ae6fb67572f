import type { Role } from "@/shell/business";
import { type Booking, isMovable } from "./day";

// What the person may do with which booking, after docs/permissions.md; the server decides.

export interface Rights {
  role: Role;
  receive: (b: Booking) => boolean;
  change: (b: Booking) => boolean;
  see: (b: Booking) => boolean;
  enter: boolean;
  override: boolean;
  find: boolean;
  all: boolean;
}

/** `own` is the column of a staff member's own. */
export function rightsOf(role: Role, own: string | null, online: boolean): Rights {
  const leads = role === "owner" || role === "manager";
  const mine = (b: Booking) => own !== null && b.serving.some((s) => s.resource_id === own);
  return {
    role,
    receive: (b) => online && (leads || role === "assistant" || mine(b)),
    change: (b) => online && (leads || (role === "staff" && mine(b))),
    see: (b) => leads || role === "assistant" || mine(b),
    enter: online && role !== "assistant",
    override: leads,
    find: online && role !== "assistant",
    all: role === "owner",
  };
}

export const canCheckIn = (b: Booking) => b.status === "confirmed";
export const canCancel = (b: Booking) => isMovable(b) || b.status === "pending_payment" || b.status === "checked_in";
