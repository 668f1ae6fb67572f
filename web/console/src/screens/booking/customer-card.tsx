import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import type { Schema } from "@/api/client";
import { dateWords } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Badge } from "@/ui/page";
import { Await } from "@/ui/state";
import { customerQuery } from "./booking-query";
import { GeneralNotes, HealthNotes } from "./customer-notes";
import { panelWords } from "./panel-texts";

interface Props {
  business: string;
  booking: Schema["ConsoleBooking"];
  whole: boolean;
}

/** Who comes: how to reach them, how often they came, what to mind. */
export function CustomerCard({ business, booking: b, whole }: Props) {
  const t = useTexts(panelWords);
  const { customer: who } = b;
  const name = [who.family_name, who.given_name].filter(Boolean).join(" ");
  const kana = [who.family_name_kana, who.given_name_kana].filter(Boolean).join(" ");
  return (
    <section className="flex flex-col gap-2 rounded-xl border border-line p-3">
      <h3 className="font-semibold">{t.customer}</h3>
      <p>
        <bdi className="font-medium">{name || t.walkInName}</bdi>
        {kana && <bdi className="block text-sm text-ink-soft">{kana}</bdi>}
      </p>
      {who.phone && (
        <Line name={t.phone}>
          <a href={`tel:${who.phone}`} className="target tabular inline-flex items-center underline">
            {who.phone.replace(/^\+81/, "0")}
          </a>
        </Line>
      )}
      {who.email && (
        <Line name={t.email}>
          <a href={`mailto:${who.email}`} className="target inline-flex items-center underline">
            <bdi>{who.email}</bdi>
          </a>
        </Line>
      )}
      {!whole && <p className="text-sm text-ink-soft">{t.contactHidden}</p>}
      {whole &&
        (who.id ? <Known key={who.id} business={business} id={who.id} /> : <p className="text-sm text-ink-soft">{t.unknownCustomer}</p>)}
    </section>
  );
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <p className="flex flex-wrap items-center gap-x-3">
      <span className="text-sm text-ink-soft">{name}</span>
      {children}
    </p>
  );
}

function Known({ business, id }: { business: string; id: string }) {
  const t = useTexts(panelWords);
  const lang = useLang();
  const query = useQuery({ ...customerQuery(business, id), staleTime: 30_000 });
  const [health, setHealth] = useState(false);
  const day = (at: string) => `${at.slice(0, 4)}/${dateWords(at.slice(0, 10), lang)}`;
  return (
    <Await query={query}>
      {(c) => (
        <>
          <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
            {c.visit_count === 0 ? (
              <Badge tone="info">{t.firstVisit}</Badge>
            ) : (
              <span className="tabular">
                {t.visits} {t.visitCount(c.visit_count)}
              </span>
            )}
            {c.last_visit_at && (
              <span className="tabular">
                {t.lastVisit} {day(c.last_visit_at)}
              </span>
            )}
            {c.no_show_count > 0 ? (
              <Badge tone="bad" icon="⊘">
                {t.noShows} {t.visitCount(c.no_show_count)}
              </Badge>
            ) : (
              <span className="tabular text-ink-soft">
                {t.noShows} {t.visitCount(0)}
              </span>
            )}
          </p>
          {c.tags.length > 0 && (
            <p className="flex flex-wrap gap-1">
              <span className="sr-only">{t.tags}</span>
              {c.tags.map((tag) => (
                <Badge key={tag}>
                  <bdi className="max-w-48 truncate">{tag}</bdi>
                </Badge>
              ))}
            </p>
          )}
          <GeneralNotes business={business} customer={id} />
          <HealthNotes business={business} customer={id} open={health} onToggle={() => setHealth(!health)} />
          <Link
            to="/console/b/$businessId/customers/$customerId"
            params={{ businessId: business, customerId: id }}
            className="target inline-flex items-center self-start text-sm underline"
          >
            {t.openCustomer}
          </Link>
        </>
      )}
    </Await>
  );
}
