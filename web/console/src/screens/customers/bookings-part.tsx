import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { usePages } from "@/api/list";
import { useBusiness } from "@/shell/business";
import { common } from "@/text/common";
import { dateWords, fullDate, inLang, money } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Badge, Section } from "@/ui/page";
import { Await } from "@/ui/state";
import { Tabs } from "@/ui/tabs";
import { takings } from "./person";
import { words } from "./texts";

type Booking = Schema["ConsoleBooking"];

const looks: Record<Booking["status"], { tone: "good" | "warn" | "bad" | "info" | "calm"; icon: string }> = {
  pending_payment: { tone: "warn", icon: "¥" },
  pending_approval: { tone: "warn", icon: "◷" },
  confirmed: { tone: "info", icon: "✓" },
  checked_in: { tone: "good", icon: "▶" },
  completed: { tone: "good", icon: "●" },
  no_show: { tone: "bad", icon: "!" },
  cancelled: { tone: "calm", icon: "✕" },
  declined: { tone: "calm", icon: "✕" },
  expired: { tone: "calm", icon: "–" },
};

/** Visits in numbers, and the bookings: those to come, the next one first, and those that were. */
export function BookingsPart({ customer }: { customer: Schema["CustomerDetail"] }) {
  const t = useTexts(words);
  const c = useTexts(common);
  const { id } = useBusiness();
  const [tab, setTab] = useState<"coming" | "past">(customer.next_visit_at ? "coming" : "past");
  const pages = usePages(["business", id, "customers", customer.id, "bookings"], async (cursor) =>
    dataOf(
      await api.GET("/api/v1/businesses/{business_id}/customers/{customer_id}/bookings", {
        params: { path: { business_id: id, customer_id: customer.id }, query: { limit: 100, ...(cursor && { cursor }) } },
      }),
    ),
  );
  const now = Date.now();
  const coming = pages.items.filter((b) => Date.parse(b.end) >= now).reverse();
  const past = pages.items.filter((b) => Date.parse(b.end) < now);
  return (
    <>
      <Summary customer={customer} bookings={pages.items} more={pages.hasNextPage} />
      <Section title={t.bookings}>
        <Await query={{ ...pages, data: pages.data && pages.items }}>
          {() => (
            <Tabs
              label={t.bookings}
              chosen={tab}
              onChoose={setTab}
              tabs={[
                { id: "coming", label: t.coming, count: coming.length },
                { id: "past", label: t.past },
              ]}
            >
              <Lines bookings={tab === "coming" ? coming : past} />
              {tab === "past" && pages.hasNextPage && (
                <Button className="mt-3" busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
                  {c.more}
                </Button>
              )}
            </Tabs>
          )}
        </Await>
      </Section>
    </>
  );
}

function Summary({ customer: p, bookings, more }: { customer: Schema["CustomerDetail"]; bookings: Booking[]; more: boolean }) {
  const t = useTexts(words);
  const lang = useLang();
  const day = (at: string | null) => (at ? fullDate(at.slice(0, 10), lang) : "–");
  const facts = [
    [t.count, t.times(p.visit_count), ""],
    [t.noShowCount, t.times(p.no_show_count), p.no_show_count > 0 ? "text-bad" : ""],
    [t.lastVisit, day(p.last_visit_at), ""],
    [t.nextVisit, day(p.next_visit_at), ""],
    [
      t.taken,
      takings(bookings)
        .map((m) => money(m, lang))
        .join(" + ") || "–",
      "",
    ],
  ] as const;
  return (
    <Section title={t.summary}>
      <dl className="grid grid-cols-2 gap-4 sm:grid-cols-3">
        {facts.map(([name, value, look]) => (
          <div key={name}>
            <dt className="text-sm text-ink-soft">{name}</dt>
            <dd className={`tabular font-medium ${look}`}>{value}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-2 text-sm text-ink-soft">
        {t.taken}: {more ? t.takenPart(bookings.length) : t.takenHint}
      </p>
    </Section>
  );
}

function Lines({ bookings }: { bookings: Booking[] }) {
  const t = useTexts(words);
  const lang = useLang();
  const { id } = useBusiness();
  if (bookings.length === 0) return <p className="text-ink-soft">{t.noBookings}</p>;
  return (
    <ul className="divide-y divide-line">
      {bookings.map((b) => (
        <li key={b.id} className="py-2">
          <Link
            to="/console/b/$businessId/ledger"
            params={{ businessId: id }}
            search={{ date: b.date, booking: b.id }}
            className="flex min-h-11 flex-wrap items-baseline gap-x-4 gap-y-1 rounded-lg hover:bg-sunken"
          >
            <span className="tabular font-medium">
              {b.date.slice(0, 4) === new Date().toISOString().slice(0, 4) ? dateWords(b.date, lang) : fullDate(b.date, lang)}{" "}
              {b.start.slice(11, 16)}
            </span>
            <Badge tone={looks[b.status].tone} icon={looks[b.status].icon}>
              {t.status[b.status]}
            </Badge>
            <span className="min-w-0 flex-1 basis-40">
              {b.items.map((item, i) => (
                <span key={item.service.id + item.start}>
                  {i > 0 && "、"}
                  <bdi>{inLang(item.service.name, lang)}</bdi>
                  {item.staff && (
                    <span className="text-sm text-ink-soft">
                      {" "}
                      (<bdi>{inLang(item.staff.name, lang)}</bdi>)
                    </span>
                  )}
                </span>
              ))}
            </span>
            <span className="tabular">{money(b.price.total, lang)}</span>
            <span className="sr-only">{t.open}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
