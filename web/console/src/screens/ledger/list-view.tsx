import { clockTime, dateWords } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Badge, Table } from "@/ui/page";
import { Empty } from "@/ui/state";
import { type Booking, type Ledger, within } from "./day";
import { FirstVisit } from "./first-visit";
import { customerOf, isNominated, looks, menuOf, nameOf } from "./look";
import { words } from "./texts";

/** Who of the columns serves a booking, in words. */
export function serversOf(ledger: Ledger, b: Booking, t: (typeof words)["ja"], lang: "ja" | "en"): string {
  const ids = [...new Set(b.serving.map((s) => s.resource_id))];
  const names = ids.flatMap((id) => ledger.resources.find((r) => r.id === id) ?? []).map((r) => nameOf(r, t, lang));
  return names.length > 0 ? names.join("・") : t.unassigned;
}

/** The day in its order, as a table: for phones, and for who does not see a grid. */
export function ListView({ ledger, bookings, onOpen }: { ledger: Ledger; bookings: Booking[]; onOpen: (b: Booking) => void }) {
  const t = useTexts(words);
  const lang = useLang();
  if (bookings.length === 0) {
    return <Empty title={t.noBookings} />;
  }
  return (
    <div className="min-h-0 flex-1 overflow-auto p-3">
      <Table
        caption={t.gridName(dateWords(ledger.date, lang))}
        head={
          <tr>
            <th scope="col">{t.time}</th>
            <th scope="col">{t.customer}</th>
            <th scope="col" className="max-sm:hidden">
              {t.menu}
            </th>
            <th scope="col" className="max-sm:hidden">
              {t.servedBy}
            </th>
            <th scope="col" className="max-sm:hidden">
              {t.state}
            </th>
          </tr>
        }
      >
        {bookings.map((b) => (
          <Row key={b.id} ledger={ledger} b={b} first={ledger.first_visits.includes(b.id)} onOpen={onOpen} />
        ))}
      </Table>
    </div>
  );
}

function Row({ ledger, b, first, onOpen }: { ledger: Ledger; b: Booking; first: boolean; onOpen: (b: Booking) => void }) {
  const t = useTexts(words);
  const lang = useLang();
  const at = within(ledger.date, b);
  const menu = (
    <>
      <bdi>{menuOf(b, lang)}</bdi>
      {b.party_size > 1 && <span className="ml-2 text-sm text-ink-soft">{t.party(b.party_size)}</span>}
    </>
  );
  const staff = (
    <>
      <bdi>{serversOf(ledger, b, t, lang)}</bdi>
      {isNominated(b) && <span className="ml-2 text-sm whitespace-nowrap">♥{t.nominated}</span>}
    </>
  );
  const state = (
    <>
      <Badge tone={looks[b.status].tone} icon={looks[b.status].icon}>
        {t.status[b.status]}
      </Badge>
      {b.outside_rules && (
        <span className="ml-2 text-sm whitespace-nowrap text-warn" title={t.outsideRules}>
          ⚠ {t.outsideShort}
        </span>
      )}
    </>
  );
  return (
    <tr className="hover:bg-sunken">
      <td className="tabular align-top whitespace-nowrap sm:align-middle">
        {clockTime(at.from)}–{clockTime(at.to)}
      </td>
      <td>
        <button type="button" className="target -my-2 text-left font-semibold underline" onClick={() => onOpen(b)}>
          <bdi>{customerOf(b, t)}</bdi>
        </button>
        {first && (
          <span className="ml-2">
            <FirstVisit />
          </span>
        )}
        {/* A phone has no room for columns: there they stand below the name. */}
        <div className="text-sm sm:hidden">{menu}</div>
        <div className="text-sm sm:hidden">{staff}</div>
        <div className="pt-1 sm:hidden">{state}</div>
      </td>
      <td className="min-w-28 max-sm:hidden">{menu}</td>
      <td className="min-w-24 max-sm:hidden">{staff}</td>
      <td className="max-sm:hidden">{state}</td>
    </tr>
  );
}
