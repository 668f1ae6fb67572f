import { useEffect, useState } from "react";
import { flushSync } from "react-dom";
import { useBusiness } from "@/shell/business";
import { clockTime, fullDate, inLang } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import type { ColumnView } from "./columns";
import { isGone, type Ledger, within } from "./day";
import { customerOf, isNominated, looks, menuOf, nameOf } from "./look";
import { words } from "./texts";

/** The day on A4, by staff: drawn only while it is printed. */
export function PrintSheet({ ledger, views }: { ledger: Ledger; views: ColumnView[] }) {
  const t = useTexts(words);
  const lang = useLang();
  const business = useBusiness();
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    const begin = () => flushSync(() => setPrinting(true));
    const end = () => setPrinting(false);
    window.addEventListener("beforeprint", begin);
    window.addEventListener("afterprint", end);
    return () => {
      window.removeEventListener("beforeprint", begin);
      window.removeEventListener("afterprint", end);
    };
  }, []);
  if (!printing) return null;
  const staff = views.filter((v) => v.blocks.length > 0 && (!v.column || v.column.kind === "staff"));
  // A shop without staff is printed by its rooms and seats.
  const shown = staff.length > 0 ? staff : views.filter((v) => v.blocks.length > 0);
  return (
    <div className="ledger-sheet hidden print:block">
      <header className="mb-2 flex items-baseline justify-between">
        <p className="text-lg font-semibold">
          <bdi>{inLang(business.name, lang)}</bdi> {t.title} {fullDate(ledger.date, lang)}
        </p>
        <p>{t.printed(new Date().toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit", timeZone: ledger.timezone }))}</p>
      </header>
      {shown.length === 0 && <p>{t.noBookings}</p>}
      {shown.map((v) => (
        <section key={v.id}>
          <h2 className="font-semibold">
            <bdi>{nameOf(v.column, t, lang)}</bdi>
          </h2>
          <table>
            <thead>
              <tr>
                <th scope="col" className="w-24">
                  {t.time}
                </th>
                <th scope="col" className="w-44">
                  {t.customer}
                </th>
                <th scope="col">{t.menu}</th>
                <th scope="col" className="w-36">
                  {t.state}
                </th>
                <th scope="col" className="w-40">
                  {t.notes}
                </th>
              </tr>
            </thead>
            <tbody>
              {v.blocks
                .filter((b) => !isGone(b.booking))
                .map((block) => {
                  const b = block.booking;
                  const at = within(ledger.date, b);
                  return (
                    <tr key={block.key}>
                      <td className="tabular">
                        {clockTime(at.from)}–{clockTime(at.to)}
                      </td>
                      <td>
                        <bdi>{customerOf(b, t)}</bdi>
                        {ledger.first_visits.includes(b.id) && ` (${t.firstVisit})`}
                        {b.party_size > 1 && ` ${t.party(b.party_size)}`}
                      </td>
                      <td>
                        <bdi>{menuOf(b, lang, block.items)}</bdi>
                        {isNominated(b) && ` (${t.nominated})`}
                      </td>
                      <td>
                        {looks[b.status].icon} {t.status[b.status]}
                      </td>
                      <td>
                        <bdi>{b.note}</bdi>
                      </td>
                    </tr>
                  );
                })}
            </tbody>
          </table>
        </section>
      ))}
    </div>
  );
}
