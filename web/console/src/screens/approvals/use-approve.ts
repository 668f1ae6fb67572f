import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Schema } from "@/api/client";
import { explain } from "@/api/problem";
import { useTexts } from "@/text/texts";
import { toast } from "@/ui/toast";
import { bookingQuery } from "../booking/booking-query";
import { act } from "../booking/use-act";
import { customerOf } from "./lines";
import { words } from "./texts";

type Booking = Schema["ConsoleBooking"];

/** How long an approval can be taken back: the customer is told of it, and the server knows no way back. */
export const grace = 5_000;

interface Waiting {
  booking: Booking;
  timer: ReturnType<typeof setTimeout>;
  key: string;
}

/** Approves with one tap, and lets it be taken back for a moment. Who leaves the screen meanwhile has approved. */
export function useApprove(business: string) {
  const t = useTexts(words);
  const queries = useQueryClient();
  const waiting = useRef(new Map<string, Waiting>());
  const [since, setSince] = useState<ReadonlyMap<string, number>>(new Map());
  const [sending, setSending] = useState<ReadonlySet<string>>(new Set());

  const drop = useCallback((id: string) => {
    const found = waiting.current.get(id);
    if (!found) return undefined;
    clearTimeout(found.timer);
    waiting.current.delete(id);
    setSince((old) => new Map([...old].filter(([k]) => k !== id)));
    return found;
  }, []);

  const send = useCallback(
    async (id: string, leaving = false) => {
      const found = drop(id);
      if (!found) return;
      setSending((old) => new Set(old).add(id));
      try {
        const after = await act(business, found.booking, { action: "approve" }, found.key, { keepalive: leaving });
        queries.setQueryData(bookingQuery(business, id).queryKey, after);
        toast(t.approved(customerOf(after, t)));
      } catch (error) {
        toast(explain(error), { kind: "bad" });
      } finally {
        await queries.invalidateQueries({ queryKey: ["business", business] });
        setSending((old) => new Set([...old].filter((k) => k !== id)));
      }
    },
    [business, queries, drop, t],
  );

  const latest = useRef(send);
  latest.current = send;
  useEffect(() => {
    const flush = () => {
      for (const id of [...waiting.current.keys()]) void latest.current(id, true);
    };
    window.addEventListener("pagehide", flush);
    return () => {
      window.removeEventListener("pagehide", flush);
      flush();
    };
  }, []);

  const approve = (booking: Booking) => {
    const { id } = booking;
    if (waiting.current.has(id) || sending.has(id)) return;
    const timer = setTimeout(() => void latest.current(id), grace);
    waiting.current.set(id, { booking, timer, key: crypto.randomUUID() });
    setSince((old) => new Map(old).set(id, Date.now()));
  };
  return { approve, takeBack: (id: string) => void drop(id), since, sending };
}
