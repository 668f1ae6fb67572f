import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { api, dataOf, type Schema } from "@/api/client";

type Body = Schema["ConsoleBookingInputBody"];

/** Enters bookings. The same wish keeps its key until it was answered with a booking: sent twice, by a second tap or after
 * a lost answer, it is one booking. */
export function useEnter(business: string, onMade: (b: Schema["ConsoleBooking"]) => void) {
  const queries = useQueryClient();
  const attempt = useRef<{ wish: string; key: string } | null>(null);
  const going = useRef(false);
  const mutation = useMutation({
    mutationFn: async (body: Body) => {
      const wish = JSON.stringify(body);
      if (attempt.current?.wish !== wish) attempt.current = { wish, key: crypto.randomUUID() };
      return dataOf(
        await api.POST("/api/v1/businesses/{business_id}/bookings", {
          params: { path: { business_id: business }, header: { "Idempotency-Key": attempt.current.key } },
          body,
        }),
      );
    },
    onSuccess: (made) => {
      attempt.current = null;
      queries.setQueryData(["business", business, "booking", made.id], made);
      onMade(made);
      void queries.invalidateQueries({ queryKey: ["business", business] });
    },
    onSettled: () => {
      going.current = false;
    },
  });
  const enter = (body: Body) => {
    if (going.current) return;
    going.current = true;
    mutation.mutate(body);
  };
  return { enter, busy: mutation.isPending, error: mutation.error, forget: mutation.reset };
}
