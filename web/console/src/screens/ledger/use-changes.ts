import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { explain } from "@/api/problem";
import { common } from "@/text/common";
import { clockTime } from "@/text/format";
import { useTexts } from "@/text/texts";
import { toast } from "@/ui/toast";
import { type Booking, type Ledger, within } from "./day";
import { ledgerQuery } from "./day-query";
import { customerOf } from "./look";
import { moveWords } from "./move-texts";
import { withBooking } from "./moved";
import { words } from "./texts";

export type MoveBody = Schema["MoveInputBody"];

/** What is done with bookings in the ledger: seen at once, taken back when the server refuses, undone within ten seconds. */
export function useChanges(business: string, date: string | undefined) {
  const queries = useQueryClient();
  const t = useTexts(words);
  const m = useTexts(moveWords);
  const c = useTexts(common);
  return useMemo(() => {
    const key = ledgerQuery(business, date).queryKey;
    const ledgers = ["business", business, "ledger"];
    const show = (b: Booking) => queries.setQueryData<Ledger>(key, (old) => old && withBooking(old, b));
    const path = (b: Booking) => ({ path: { business_id: business, booking_id: b.id }, header: { "If-Match": `"${b.version}"` } });
    const settle = (b: Booking) => {
      show(b);
      queries.setQueryData(["business", business, "booking", b.id], (old: unknown) => old && b);
      void queries.invalidateQueries({ queryKey: ["business", business] });
    };

    /** Shows a change, makes it, and shows what came of it. Throws when it was refused: then all is as before. */
    const make = async (before: Booking, shown: Booking, call: () => Promise<Booking>): Promise<Booking> => {
      await queries.cancelQueries({ queryKey: ledgers });
      show(shown);
      try {
        const after = await call();
        settle(after);
        return after;
      } catch (error) {
        show(before);
        void queries.invalidateQueries({ queryKey: ledgers });
        throw error;
      }
    };

    const reschedule = (before: Booking, shown: Booking, body: MoveBody) =>
      make(before, shown, async () =>
        dataOf(await api.POST("/api/v1/businesses/{business_id}/bookings/{booking_id}/reschedule", { params: path(before), body })),
      );

    const fail = (error: unknown) => toast(explain(error), { kind: "bad" });

    const undo = async (done: Booking, before: Booking) => {
      try {
        await make(done, before, async () =>
          dataOf(
            await api.POST("/api/v1/businesses/{business_id}/bookings/{booking_id}/undo", {
              params: path(done),
              body: { reason: m.undoReason, silent: true },
            }),
          ),
        );
        toast(m.undone);
      } catch (error) {
        fail(error);
      }
    };

    const said = (text: string, after: Booking, before: Booking, mayUndo: boolean) =>
      toast(text, mayUndo ? { action: { label: c.undo, run: () => void undo(after, before) } } : {});

    const checkIn = async (b: Booking, mayUndo: boolean) => {
      try {
        const after = await make(b, { ...b, status: "checked_in" }, async () =>
          dataOf(await api.POST("/api/v1/businesses/{business_id}/bookings/{booking_id}/check-in", { params: path(b), body: {} })),
        );
        said(m.checkedIn(customerOf(b, t)), after, b, mayUndo);
      } catch (error) {
        fail(error);
      }
    };

    const cancel = async (b: Booking, body: { reason?: string; silent: boolean }) => {
      const after = await make(b, b, async () =>
        dataOf(await api.POST("/api/v1/businesses/{business_id}/bookings/{booking_id}/cancel", { params: path(b), body })),
      );
      said(m.cancelled(customerOf(b, t)), after, b, true);
    };

    /** What a booking is now, for who was too late with a change of his own. */
    const latest = async (b: Booking): Promise<Booking> =>
      dataOf(
        await api.GET("/api/v1/businesses/{business_id}/bookings/{booking_id}", {
          params: { path: { business_id: business, booking_id: b.id } },
        }),
      );

    const at = (b: Booking) => clockTime(within(b.date, b).from);
    return { reschedule, checkIn, cancel, latest, settle, fail, at };
  }, [business, date, queries, t, m, c]);
}

export type Changes = ReturnType<typeof useChanges>;
