import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useBusiness } from "@/shell/business";
import { addDays } from "@/text/format";
import { useTexts } from "@/text/texts";
import { Failed } from "@/ui/state";
import type { Booking } from "./day";
import { useDay } from "./day-query";
import { Desk } from "./desk";
import { useKeys } from "./keys";
import { Skeleton } from "./skeleton";
import { words } from "./texts";
import "./ledger.css";

const route = getRouteApi("/console/b/$businessId/ledger");

/** The screen on which the day is run. */
export function Ledger() {
  const t = useTexts(words);
  const business = useBusiness();
  const { date, view } = route.useSearch();
  const navigate = route.useNavigate();
  const day = useDay(business.id, date);
  const shown = day.ledger?.date;
  // From the day that is asked for, also while it is on its way: who presses twice goes twice as far.
  const walk = (days: number) =>
    void navigate({
      search: ({ booking: _, ...old }) => {
        const from = old.date ?? shown;
        return from === undefined ? old : { ...old, date: addDays(from, days) };
      },
    });
  const [toCarry, setToCarry] = useState<Booking | null>(null);
  const far = view === "week" ? 7 : 1;
  useKeys({ "[": () => walk(-far), "]": () => walk(far) });
  useEffect(() => {
    document.title = `${t.title} · Omotenashi Connect`;
  }, [t]);
  return (
    <div className="flex h-[calc(100dvh-3.4rem)] flex-col lg:h-dvh print:block print:h-auto">
      {day.ledger ? (
        <Desk key={business.id} ledger={day.ledger} asOf={day.asOf} onWalk={walk} toCarry={toCarry} onCarry={setToCarry} />
      ) : day.error ? (
        <Failed error={day.error} retry={day.retry} />
      ) : (
        <>
          <div className="h-16 border-b border-line" />
          <Skeleton />
        </>
      )}
    </div>
  );
}
