import { getRouteApi } from "@tanstack/react-router";
import { useEffect } from "react";
import { useBusiness } from "@/shell/business";
import { useTexts } from "@/text/texts";
import { Failed } from "@/ui/state";
import { useDay } from "./day-query";
import { Desk } from "./desk";
import { Skeleton } from "./skeleton";
import { words } from "./texts";
import "./ledger.css";

const route = getRouteApi("/console/b/$businessId/ledger");

/** The screen on which the day is run. */
export function Ledger() {
  const t = useTexts(words);
  const business = useBusiness();
  const { date } = route.useSearch();
  const day = useDay(business.id, date);
  useEffect(() => {
    document.title = `${t.title} · Omotenashi Connect`;
  }, [t]);
  return (
    <div className="flex h-[calc(100dvh-3.4rem)] flex-col lg:h-dvh print:block print:h-auto">
      {day.ledger ? (
        <Desk key={business.id} ledger={day.ledger} asOf={day.asOf} />
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
