import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { addDays, clockTime, dateWords } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Failed, Loading } from "@/ui/state";
import { type ColumnView, columnViews, load, unassigned } from "./columns";
import { type Booking, type Ledger, within } from "./day";
import { ledgerQuery } from "./day-query";
import { customerOf, looks, nameOf } from "./look";
import { words } from "./texts";

/** The Monday of the week of a date. */
export function mondayOf(date: string): string {
  const day = new Date(`${date}T00:00:00Z`).getUTCDay();
  return addDays(date, -((day + 6) % 7));
}

interface Props {
  business: string;
  date: string;
  hidden: ReadonlySet<string>;
  gone: boolean;
  onDay: (date: string) => void;
  onOpen: (b: Booking) => void;
}

const few = 4;

/** Seven days by staff: how full they are, and who comes. */
export function WeekView({ business, date, hidden, gone, onDay, onOpen }: Props) {
  const t = useTexts(words);
  const lang = useLang();
  const monday = mondayOf(date);
  const dates = useMemo(() => Array.from({ length: 7 }, (_, i) => addDays(monday, i)), [monday]);
  const days = useQueries({ queries: dates.map((d) => ledgerQuery(business, d)) });
  const ready = days.flatMap((q) => q.data ?? []);
  const failed = days.find((q) => q.error && !q.data);
  if (failed) return <Failed error={failed.error} retry={() => days.forEach((q) => void q.refetch())} />;
  if (ready.length < 7) return <Loading />;
  const views = ready.map((ledger) => columnViews(ledger, { gone }));
  const rows = new Map<string, ColumnView>();
  for (const v of views.flat()) if ((!v.column || v.column.kind === "staff") && !hidden.has(v.id) && !rows.has(v.id)) rows.set(v.id, v);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className="relative min-h-0 flex-1 overflow-auto p-3" aria-label={t.week} tabIndex={0}>
      <table className="w-full min-w-[60rem] table-fixed border-collapse bg-surface [&_td]:border [&_td]:border-line [&_td]:align-top [&_th]:border [&_th]:border-line [&_th]:px-2">
        <caption className="sr-only">{t.week}</caption>
        <thead>
          <tr>
            <th scope="col" className="w-28 text-left text-sm">
              {t.servedBy}
            </th>
            {ready.map((ledger) => (
              <th key={ledger.date} scope="col" className="text-left">
                <button
                  type="button"
                  className="target w-full text-left font-semibold underline"
                  aria-label={t.openDay(dateWords(ledger.date, lang))}
                  onClick={() => onDay(ledger.date)}
                >
                  {dateWords(ledger.date, lang)}
                </button>
                <span className="tabular block pb-1 text-sm font-normal text-ink-soft">
                  {ledger.hours.length === 0 ? t.closed : `${t.todays} ${t.bookings(ledger.summary.bookings)}`}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...rows.values()].map((row) => (
            <tr key={row.id}>
              <th scope="row" className="py-2 text-left text-sm">
                <bdi>{nameOf(row.column, t, lang)}</bdi>
              </th>
              {ready.map((ledger, i) => (
                <Cell key={ledger.date} ledger={ledger} view={views[i]?.find((v) => v.id === row.id)} onOpen={onOpen} onDay={onDay} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Cell({
  ledger,
  view,
  onOpen,
  onDay,
}: {
  ledger: Ledger;
  view: ColumnView | undefined;
  onOpen: (b: Booking) => void;
  onDay: (d: string) => void;
}) {
  const t = useTexts(words);
  if (!view) return <td className={ledger.hours.length === 0 ? "bg-sunken" : ""} />;
  const { taken, whole } = load(view, ledger);
  const percent = whole > 0 ? Math.min(Math.round((taken / whole) * 100), 100) : 0;
  const list = [...new Map(view.blocks.map((b) => [b.booking.id, b.booking])).values()];
  const off = view.column !== null && !view.column.always && view.column.works.length === 0;
  return (
    <td className={`p-1 ${off || ledger.hours.length === 0 ? "bg-sunken" : ""}`}>
      {off && list.length === 0 ? (
        <p className="px-1 py-2 text-sm text-ink-soft">{t.offAllDay}</p>
      ) : (
        <>
          <p className="tabular flex justify-between px-1 text-xs text-ink-soft">
            <span>{t.bookings(list.length)}</span>
            {view.id !== unassigned && whole > 0 && <span>{t.load(percent)}</span>}
          </p>
          {whole > 0 && (
            <div aria-hidden className="mx-1 my-1 h-1.5 overflow-hidden rounded bg-line">
              <div className={`h-full ${percent >= 90 ? "bg-warn" : "bg-accent"}`} style={{ width: `${percent}%` }} />
            </div>
          )}
          <ul>
            {list.slice(0, few).map((b) => (
              <li key={b.id}>
                <button
                  type="button"
                  className="tabular flex min-h-8 w-full items-center gap-1 truncate rounded px-1 text-left text-xs hover:bg-sunken"
                  onClick={() => onOpen(b)}
                >
                  <span aria-hidden>{looks[b.status].icon}</span>
                  <span className="sr-only">{t.status[b.status]}</span>
                  {clockTime(within(ledger.date, b).from)} <bdi className="truncate">{customerOf(b, t)}</bdi>
                </button>
              </li>
            ))}
          </ul>
          {list.length > few && (
            <button type="button" className="min-h-8 px-1 text-xs underline" onClick={() => onDay(ledger.date)}>
              {t.rest(list.length - few)}
            </button>
          )}
        </>
      )}
    </td>
  );
}
