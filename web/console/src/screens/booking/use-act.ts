import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { api, dataOf, isProblem, type Schema } from "@/api/client";
import { explain } from "@/api/problem";
import { common } from "@/text/common";
import { useTexts } from "@/text/texts";
import { toast } from "@/ui/toast";
import { type Difference, differences } from "../ledger/moved";
import type { Action } from "./actions";
import { bookingQuery } from "./booking-query";
import { panelWords } from "./panel-texts";

type Booking = Schema["ConsoleBooking"];

export type Deed = { action: Action; body?: Schema["ChangeInputBody"] } | { action: "move"; body: Schema["MoveInputBody"] };

/** Somebody else was first: what they changed, and what one wanted. */
export interface Collision {
  deed: Deed;
  now: Booking;
  differences: Difference[];
}

/** One way of the API each; the version says what was seen. */
export async function act(business: string, b: Booking, deed: Deed, key: string, more: { keepalive?: boolean } = {}): Promise<Booking> {
  const params = {
    path: { business_id: business, booking_id: b.id },
    header: { "If-Match": `"${b.version}"`, "Idempotency-Key": key },
  };
  if (deed.action === "move") {
    return dataOf(
      await api.POST("/api/v1/businesses/{business_id}/bookings/{booking_id}/reschedule", { params, body: deed.body, ...more }),
    );
  }
  const at = `/api/v1/businesses/{business_id}/bookings/{booking_id}/${deed.action}` as const;
  return dataOf(await api.POST(at, { params, body: deed.body ?? {}, ...more }));
}

const quickBack: readonly string[] = ["check-in", "complete", "no-show", "cancel"];

/** Changes a booking: busy at once, undone within ten seconds, and gently where somebody else was first. */
export function useAct(business: string, undoes: boolean) {
  const t = useTexts(panelWords);
  const c = useTexts(common);
  const queries = useQueryClient();
  const [collision, setCollision] = useState<Collision | null>(null);
  const attempt = useRef<{ wish: string; key: string } | null>(null);

  const settle = (b: Booking) => {
    queries.setQueryData(bookingQuery(business, b.id).queryKey, b);
    void queries.invalidateQueries({ queryKey: ["business", business] });
  };
  const run = async (b: Booking, deed: Deed) => {
    const wish = JSON.stringify([b.id, b.version, deed]);
    if (attempt.current?.wish !== wish) attempt.current = { wish, key: crypto.randomUUID() };
    const after = await act(business, b, deed, attempt.current.key);
    attempt.current = null;
    settle(after);
    return after;
  };
  const undo = async (b: Booking) => {
    try {
      settle(await act(business, b, { action: "undo", body: { reason: t.undoQuick, silent: true } }, crypto.randomUUID()));
      toast(t.done.undo);
    } catch (error) {
      toast(explain(error), { kind: "bad" });
    }
  };
  const mutation = useMutation({
    mutationFn: ({ booking, deed }: { booking: Booking; deed: Deed }) => run(booking, deed),
    onSuccess: (after, { deed }) => {
      setCollision(null);
      const back = undoes && quickBack.includes(deed.action);
      toast(t.done[deed.action], back ? { action: { label: c.undo, run: () => void undo(after) } } : {});
    },
    onError: async (error, { booking, deed }) => {
      if (!isProblem(error, "precondition.stale")) return;
      const now = await queries.fetchQuery({ ...bookingQuery(business, booking.id), staleTime: 0 }).catch(() => null);
      if (!now) return;
      setCollision({ deed, now, differences: differences(booking, now) });
      void queries.invalidateQueries({ queryKey: ["business", business] });
    },
  });
  return {
    act: (booking: Booking, deed: Deed) => mutation.mutateAsync({ booking, deed }),
    busy: mutation.isPending ? mutation.variables.deed.action : null,
    error: collision ? null : mutation.error,
    forget: mutation.reset,
    collision,
    leave: () => {
      setCollision(null);
      mutation.reset();
    },
  };
}

export type Acting = ReturnType<typeof useAct>;
