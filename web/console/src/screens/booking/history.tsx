import { useQuery } from "@tanstack/react-query";
import type { Schema } from "@/api/client";
import { instant } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Await } from "@/ui/state";
import { historyQuery, useNames } from "./booking-query";
import { whatWasDone, whoDidIt } from "./history-words";
import { panelWords } from "./panel-texts";

interface Props {
  business: string;
  booking: Schema["ConsoleBooking"];
  zone: string | undefined;
}

/** Who did what with a booking, the newest first. */
export function History({ business, booking, zone }: Props) {
  const t = useTexts(panelWords);
  const lang = useLang();
  const query = useQuery(historyQuery(business, booking.id));
  const { names, me } = useNames(business);
  return (
    <section>
      <h3 className="mb-2 font-semibold">{t.historyTitle}</h3>
      <Await query={query}>
        {(list) => (
          <ol className="flex flex-col gap-3 border-l-2 border-line pl-4">
            {[...list].reverse().map((e) => (
              <li key={e.version} className="text-sm">
                <p>
                  <bdi className="font-medium">{whoDidIt(e, me, names, t)}</bdi> {whatWasDone(e, t)}
                </p>
                {e.reason && <bdi className="block whitespace-pre-wrap">{t.reasonIs(e.reason)}</bdi>}
                <time dateTime={e.at} className="tabular text-ink-soft">
                  {instant(e.at, zone ?? "Asia/Tokyo", lang)}
                </time>
              </li>
            ))}
          </ol>
        )}
      </Await>
    </section>
  );
}
