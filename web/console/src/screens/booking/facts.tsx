import { useQuery } from "@tanstack/react-query";
import { Fragment, type ReactNode } from "react";
import { resourcesQuery } from "@/api/business";
import type { Schema } from "@/api/client";
import { minutesOfDay } from "@/text/clock";
import { clockTime, dateWords, inLang, money } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { leftWords } from "./left";
import { More } from "./more";
import { useNow } from "./now";
import { panelWords } from "./panel-texts";

type Booking = Schema["ConsoleBooking"];

interface Props {
  business: string;
  booking: Booking;
  whole: boolean;
}

/** What was booked: when, what, by whom it is served, for how much. */
export function Facts({ business, booking: b, whole }: Props) {
  const t = useTexts(panelWords);
  const lang = useLang();
  const now = useNow();
  const clock = (at: string) => clockTime(minutesOfDay(b.date, at));
  const pending = b.status === "pending_approval" || b.status === "pending_payment";
  return (
    <section aria-label={t.title} className="flex flex-col gap-3">
      {b.overridden && (
        <p className="rounded-lg bg-info-soft p-3 text-sm text-info">
          {t.overridden} {b.override_reason && <bdi className="block">{t.reasonIs(b.override_reason)}</bdi>}
        </p>
      )}
      {b.outside_rules && (
        <p className="rounded-lg bg-warn-soft p-3 text-sm text-warn">
          <span aria-hidden>⚠ </span>
          {t.outside}
        </p>
      )}
      {pending && b.expires_at && (
        <p className="tabular rounded-lg bg-warn-soft p-3 text-sm text-warn">
          <span aria-hidden>◷ </span>
          {t.expires(leftWords(b.expires_at, now, { over: t.over, minutes: t.leftMinutes, hours: t.leftHours, days: t.leftDays }))}
        </p>
      )}
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-2">
        <Row name={t.when}>
          <span className="tabular font-medium">
            {dateWords(b.date, lang)} {t.until(clock(b.start), clock(b.end))}
          </span>
        </Row>
        <Row name={t.menu}>
          <Items business={business} booking={b} />
        </Row>
        {b.party_size > 1 && <Row name={t.party}>{t.persons(b.party_size)}</Row>}
        {b.note && (
          <Row name={t.note}>
            <bdi className="whitespace-pre-wrap">{b.note}</bdi>
          </Row>
        )}
        <Row name={t.source}>
          {t.sources[b.source]} <span className="tabular text-sm text-ink-soft">{made(b, lang)}</span>
        </Row>
      </dl>
      {whole && <Price booking={b} />}
    </section>
  );
}

const made = (b: Booking, lang: "ja" | "en") => `${dateWords(b.created_at.slice(0, 10), lang)} ${b.created_at.slice(11, 16)}`;

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-sm leading-7 text-ink-soft">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}

function Items({ business, booking: b }: Pick<Props, "business" | "booking">) {
  const t = useTexts(panelWords);
  const lang = useLang();
  const resources = useQuery({ ...resourcesQuery(business), staleTime: 60_000 }).data ?? [];
  const served = (item: number, staff: boolean) => {
    const ids = new Set(b.serving.filter((s) => s.item === item).map((s) => s.resource_id));
    return resources.filter((r) => ids.has(r.id) && (r.kind === "staff") === staff).map((r) => inLang(r.name, lang));
  };
  return (
    <ol className="flex flex-col gap-2">
      {b.set && <li className="text-sm text-ink-soft">{t.set(inLang(b.set.name, lang))}</li>}
      {b.items.map((item, i) => {
        const staff = served(i, true);
        const rooms = served(i, false);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the items of a visit are in their order, and may be the same twice
          <li key={i}>
            <span className="flex flex-wrap items-baseline gap-x-2">
              <bdi className="font-medium">{inLang(item.service.name, lang)}</bdi>
              {b.items.length > 1 && <span className="tabular text-sm text-ink-soft">{clockTime(minutesOfDay(b.date, item.start))}</span>}
            </span>
            {item.options.map((o) => (
              <bdi key={o.id} className="block text-sm">
                + {inLang(o.name, lang)}
              </bdi>
            ))}
            <span className="block text-sm text-ink-soft">
              <bdi>{staff.join("・")}</bdi>
              {staff.length > 0 && ` (${item.staff ? t.asked : t.whoever})`}
              {rooms.length > 0 && (
                <bdi>
                  {staff.length > 0 && " / "}
                  {rooms.join("・")}
                </bdi>
              )}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function Price({ booking: b }: { booking: Booking }) {
  const t = useTexts(panelWords);
  const lang = useLang();
  const name = (l: Schema["PriceLine"]) => {
    const text = inLang(l.name, lang);
    if (l.kind === "nomination") return t.nomination(text);
    return l.kind === "set" ? t.setLine(text) : text;
  };
  return (
    <More
      className="rounded-lg border border-line"
      look="px-3"
      summary={
        <>
          <span className="text-sm text-ink-soft">{t.total}</span>
          <span className="tabular ml-auto font-semibold">{money(b.price.total, lang)}</span>
        </>
      }
    >
      <dl className="tabular grid grid-cols-[1fr_auto] gap-x-4 gap-y-1 border-t border-line px-3 py-2 text-sm">
        {b.price.lines.map((line, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines are in their order, and may be the same twice
          <Fragment key={i}>
            <dt>
              <bdi>{name(line)}</bdi>
              {line.quantity > 1 && ` ×${line.quantity}`}
            </dt>
            <dd className="text-right">{money(line.amount, lang)}</dd>
          </Fragment>
        ))}
        {b.price.tax.map((tax) => (
          <dt key={tax.percent} className="col-span-2 text-ink-soft">
            {t.tax(tax.percent, money(tax.tax, lang))}
          </dt>
        ))}
      </dl>
    </More>
  );
}
