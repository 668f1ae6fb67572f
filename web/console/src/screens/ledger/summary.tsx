import { Link } from "@tanstack/react-router";
import { money } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { type ColumnView, load } from "./columns";
import type { Ledger } from "./day";
import { words } from "./texts";

/** The day in numbers, below it. */
export function Summary({ ledger, views, businessId }: { ledger: Ledger; views: ColumnView[]; businessId: string }) {
  const t = useTexts(words);
  const lang = useLang();
  const free = views
    .filter((v) => v.column?.kind === "staff" && !v.column.always)
    .reduce((n, v) => {
      const { taken, whole } = load(v, ledger);
      return n + Math.max(whole - taken, 0);
    }, 0);
  const s = ledger.summary;
  return (
    <dl className="tabular flex flex-wrap items-center gap-x-6 gap-y-1 border-t border-line bg-surface px-4 py-2 text-sm print:hidden">
      <Figure name={t.todays} value={lang === "ja" ? t.bookings(s.bookings) : String(s.bookings)} />
      {s.expected_takings && <Figure name={t.takings} value={money(s.expected_takings, lang)} />}
      {free > 0 && <Figure minor name={t.freeTime} value={t.hours(String(Math.round(free / 30) / 2))} />}
      {s.pending_approval > 0 && (
        <div>
          <dt className="sr-only">{t.status.pending_approval}</dt>
          <dd>
            <Link
              to="/console/b/$businessId/approvals"
              params={{ businessId }}
              className="inline-flex min-h-9 items-center rounded-full bg-warn-soft px-3 font-semibold text-warn underline"
            >
              ◷ {t.pending(s.pending_approval)}
            </Link>
          </dd>
        </div>
      )}
      {s.no_shows > 0 && <Figure minor name={t.status.no_show} value={String(s.no_shows)} />}
    </dl>
  );
}

/** What is minor has no place on a phone. */
function Figure({ name, value, minor }: { name: string; value: string; minor?: boolean }) {
  return (
    <div className={`flex items-baseline gap-2 ${minor ? "max-sm:hidden" : ""}`}>
      <dt className="text-ink-soft">{name}</dt>
      <dd className="text-base font-semibold">{value}</dd>
    </div>
  );
}
