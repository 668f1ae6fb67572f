import { Link } from "@tanstack/react-router";
import type { Schema } from "@/api/client";
import { useBusiness } from "@/shell/business";
import { dateWords } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Badge } from "@/ui/page";
import { byRow, rowLabels } from "./kana";
import { fullKana, fullName, phoneWords } from "./person";
import { words } from "./texts";

type Person = Schema["CustomerItem"];

/** Customers one below the other, under the rows of the index where the list is in that order. */
export function People({ people, headings }: { people: Person[]; headings: boolean }) {
  const t = useTexts(words);
  if (!headings) return <Lines label={t.list} people={people} />;
  return byRow(people).map(({ row, people: some }) => {
    const label = row === "other" ? t.other : rowLabels[row];
    return (
      <section key={`${row}-${some[0]?.id}`} className="mb-4">
        <h2 lang={row === "other" ? undefined : "ja"} className="px-1 pb-1 font-semibold text-ink-soft">
          {label}
        </h2>
        <Lines label={label} people={some} />
      </section>
    );
  });
}

function Lines({ label, people }: { label: string; people: Person[] }) {
  return (
    <ul aria-label={label} className="divide-y divide-line rounded-xl border border-line bg-surface">
      {people.map((p) => (
        <li key={p.id}>
          <Line person={p} />
        </li>
      ))}
    </ul>
  );
}

function Line({ person: p }: { person: Person }) {
  const t = useTexts(words);
  const lang = useLang();
  const { id } = useBusiness();
  return (
    <Link
      to="/console/b/$businessId/customers/$customerId"
      params={{ businessId: id, customerId: p.id }}
      className="grid gap-x-4 gap-y-0.5 px-4 py-2.5 hover:bg-sunken sm:grid-cols-[minmax(0,1.4fr)_minmax(0,1fr)_minmax(0,1.4fr)] sm:items-center"
    >
      <span className="min-w-0">
        {fullKana(p) && (
          <bdi className="block truncate text-xs text-ink-soft" lang="ja">
            {fullKana(p)}
          </bdi>
        )}
        <bdi className="block truncate font-medium">{fullName(p) || t.unnamed}</bdi>
      </span>
      <span className="tabular min-w-0 truncate text-sm">{phoneWords(p.phone) || p.email}</span>
      <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1 text-sm text-ink-soft">
        <span>{p.visit_count > 0 ? t.visits(p.visit_count) : t.noVisit}</span>
        {p.no_show_count > 0 && <Badge tone="warn">{t.noShows(p.no_show_count)}</Badge>}
        {p.next_visit_at ? (
          <span className="text-ink">{t.next(dateWords(p.next_visit_at.slice(0, 10), lang))}</span>
        ) : (
          p.last_visit_at && <span>{t.last(dateWords(p.last_visit_at.slice(0, 10), lang))}</span>
        )}
        {p.tags.slice(0, 3).map((tag) => (
          <span key={tag} className="max-w-32 truncate rounded-full bg-sunken px-2 py-0.5 text-ink">
            <bdi>{tag}</bdi>
          </span>
        ))}
      </span>
    </Link>
  );
}
