import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { resourcesQuery, servicesQuery } from "@/api/business";
import { api, dataOf } from "@/api/client";
import { optionsQuery, setsQuery } from "../menus/queries";
import type { Offered } from "./visit";

const quietly = { staleTime: 60_000 };

/** Menus, options, sets and who serves: what a booking is made of. */
export function useOffered(business: string) {
  const services = useQuery({ ...servicesQuery(business), ...quietly });
  const resources = useQuery({ ...resourcesQuery(business), ...quietly });
  const options = useQuery({ ...optionsQuery(business), ...quietly });
  const sets = useQuery({ ...setsQuery(business), ...quietly });
  const parts = [services, resources, options, sets];
  const data = useMemo<Offered | undefined>(
    () =>
      services.data && resources.data && options.data && sets.data
        ? { services: services.data, resources: resources.data, options: options.data, sets: sets.data }
        : undefined,
    [services.data, resources.data, options.data, sets.data],
  );
  const error = parts.find((p) => p.error)?.error ?? null;
  return { data, error, refetch: () => Promise.all(parts.filter((p) => p.error).map((p) => p.refetch())) };
}

/** A value once it has been the same for a moment. */
export function useSettled<T>(value: T, ms = 250): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}

/** Customers by what was typed; nothing is asked for undefined. */
export function useFound(business: string, q: string | undefined) {
  return useQuery({
    queryKey: ["business", business, "customers", "find", q ?? ""],
    queryFn: async () =>
      dataOf(
        await api.GET("/api/v1/businesses/{business_id}/customers", {
          params: { path: { business_id: business }, query: { q: q ?? "", limit: 6 } },
        }),
      ).items,
    enabled: q !== undefined,
    placeholderData: q === undefined ? undefined : keepPreviousData,
  });
}

/** Why a start is not free, of one service, by everything that the server knows. */
export function useWhy(
  business: string,
  question: { service: string; staff: string | null; options: string[]; party: number; start: string } | null,
) {
  return useQuery({
    queryKey: ["business", business, "why", question],
    queryFn: async () => {
      const q = question ?? { service: "", staff: null, options: [], party: 1, start: "" };
      const query = {
        service_id: q.service,
        start: q.start,
        party_size: q.party,
        option_ids: q.options,
        ...(q.staff && { staff_id: q.staff }),
      };
      const answer = await api.GET("/api/v1/businesses/{business_id}/availability/explain", {
        params: { path: { business_id: business }, query },
      });
      return dataOf(answer).slot?.reasons ?? [];
    },
    enabled: question !== null,
    staleTime: 0,
  });
}
