import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useSyncExternalStore } from "react";
import { api, dataOf, type Schema, statusOf } from "@/api/client";
import { everything } from "@/api/list";
import { meQuery } from "@/api/session";
import { type Role, useBusiness } from "@/shell/business";

type Booking = Schema["ConsoleBooking"];

const path = (business: string, booking: string) => ({ params: { path: { business_id: business, booking_id: booking } } });

export const bookingQuery = (business: string, booking: string) => ({
  queryKey: ["business", business, "booking", booking],
  queryFn: async () => dataOf(await api.GET("/api/v1/businesses/{business_id}/bookings/{booking_id}", path(business, booking))),
});

export const historyQuery = (business: string, booking: string) => ({
  queryKey: ["business", business, "booking", booking, "history"],
  queryFn: async () =>
    dataOf(await api.GET("/api/v1/businesses/{business_id}/bookings/{booking_id}/history", path(business, booking))).items,
});

const membersQuery = (business: string) => ({
  queryKey: ["business", business, "members"],
  queryFn: () =>
    everything(async (cursor) =>
      dataOf(
        await api.GET("/api/v1/businesses/{business_id}/members", {
          params: { path: { business_id: business }, query: { limit: 100, ...(cursor && { cursor }) } },
        }),
      ),
    ),
  staleTime: 60_000,
});

export const customerQuery = (business: string, customer: string) => ({
  queryKey: ["business", business, "customer", customer],
  queryFn: async () =>
    dataOf(
      await api.GET("/api/v1/businesses/{business_id}/customers/{customer_id}", {
        params: { path: { business_id: business, customer_id: customer } },
      }),
    ),
});

/** A booking as a ledger that was read shows it: all that somebody sees who may not open it. */
function useInLedgers(business: string, booking: string): Booking | undefined {
  const queries = useQueryClient();
  const find = useCallback(() => {
    let newest: Booking | undefined;
    for (const [, ledger] of queries.getQueriesData<Schema["LedgerView"]>({ queryKey: ["business", business, "ledger"] })) {
      const b = ledger?.bookings.find((x) => x.id === booking);
      if (b && b.version > (newest?.version ?? 0)) newest = b;
    }
    return newest;
  }, [queries, business, booking]);
  return useSyncExternalStore(
    useCallback((told: () => void) => queries.getQueryCache().subscribe(told), [queries]),
    find,
  );
}

export interface Opened {
  booking: Booking | undefined;
  error: unknown;
  refetch: () => void;
  role: Role;
  /** All of it may be seen: contact, notes, history. */
  whole: boolean;
}

/** A booking with what the person may see of it. Whichever was read later counts, the booking itself or its ledger. */
export function useBooking(business: string, booking: string): Opened {
  const { role } = useBusiness();
  const asks = role !== "assistant";
  const query = useQuery({ ...bookingQuery(business, booking), enabled: asks });
  const inLedger = useInLedgers(business, booking);
  const own = query.data;
  const hidden = !asks || statusOf(query.error) === 404 || statusOf(query.error) === 403;
  const waits = asks && !own && !hidden;
  const newest = own && inLedger && inLedger.version > own.version ? inLedger : own;
  const shown = newest ?? (waits ? undefined : inLedger);
  const error = shown ? null : query.error;
  return { booking: shown, error, refetch: () => void query.refetch(), role, whole: own !== undefined };
}

/** Names of members by their accounts, for those who may read them; one's own account for everybody. */
export function useNames(business: string): { names: ReadonlyMap<string, string>; me: string | undefined } {
  const { role } = useBusiness();
  const members = useQuery({ ...membersQuery(business), enabled: role === "owner" || role === "manager" }).data;
  const me = useQuery(meQuery).data;
  const names = useMemo(
    () => new Map((members ?? []).map((m) => [m.user_id, [m.family_name, m.given_name].filter(Boolean).join(" ") || m.email])),
    [members],
  );
  return { names, me: me?.id };
}
