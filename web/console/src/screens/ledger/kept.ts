import { keep, kept } from "@/api/kept";
import type { Booking, Ledger } from "./day";

// The last day that was seen, for when there is no connection: who comes when, for what and to whom. No way to reach
// anybody, no notes, no prices.

interface Kept {
  at: string;
  ledger: Ledger;
}

const name = (business: string) => `ledger.${business}`;

function least(b: Booking): Booking {
  const nothing = { amount: 0, currency: b.price.total.currency };
  return {
    ...b,
    note: "",
    override_reason: "",
    customer: { ...b.customer, id: null, email: "", phone: "", family_name_kana: "", given_name_kana: "" },
    price: { total: nothing, lines: [], tax: [] },
    items: b.items.map((i) => ({ ...i, options: [] })),
    cancellation_policy: { ...b.cancellation_policy, steps: [] },
  };
}

export function keepDay(business: string, ledger: Ledger): void {
  const summary = { ...ledger.summary, expected_takings: null, completed_takings: null };
  const day: Kept = { at: ledger.now, ledger: { ...ledger, summary, holds: [], bookings: ledger.bookings.map(least) } };
  if (typeof requestIdleCallback === "function") requestIdleCallback(() => keep(name(business), day));
  else keep(name(business), day);
}

export function keptDay(business: string): Kept | undefined {
  return kept<Kept>(name(business));
}
