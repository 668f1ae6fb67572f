import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { resourcesQuery, servicesQuery } from "@/api/business";
import { api, dataOf } from "@/api/client";
import type { Ledger, Shop } from "./day";
import { keepDay, keptDay } from "./kept";

/** The day of a ledger; without a date the business day that it is there. */
export const ledgerQuery = (business: string, date: string | undefined) => ({
  queryKey: ["business", business, "ledger", date ?? "today"],
  queryFn: async () =>
    dataOf(
      await api.GET("/api/v1/businesses/{business_id}/ledger", {
        params: { path: { business_id: business }, query: { ...(date && { date }) } },
      }),
    ),
  refetchInterval: 60_000, // holds run out without a word
});

export interface Day {
  ledger: Ledger | undefined;
  /** Until when it was so, when it can no longer be asked; then nothing can be changed. */
  asOf: string | undefined;
  error: unknown;
  retry: () => void;
}

/** The day as it is, or, where nobody answers, as it was when somebody last did. */
export function useDay(business: string, date: string | undefined): Day {
  const query = useQuery(ledgerQuery(business, date));
  const lost = query.error instanceof TypeError;
  const kept = useMemo(() => (lost && !query.data ? keptDay(business) : undefined), [lost, query.data, business]);
  useEffect(() => {
    if (query.data && date === undefined) keepDay(business, query.data);
  }, [query.data, business, date]);
  const ledger = query.data ?? (kept && (date === undefined || date === kept.ledger.date) ? kept.ledger : undefined);
  const asOf = !lost ? undefined : query.data ? new Date(query.dataUpdatedAt).toISOString() : kept?.at;
  return { ledger, asOf, error: ledger ? null : query.error, retry: () => void query.refetch() };
}

/** What moves are judged by; undefined until it is read. */
export function useShop(business: string): Shop | undefined {
  const services = useQuery({ ...servicesQuery(business), staleTime: 60_000 }).data;
  const resources = useQuery({ ...resourcesQuery(business), staleTime: 60_000 }).data;
  return useMemo(() => (services && resources ? { services, resources } : undefined), [services, resources]);
}
