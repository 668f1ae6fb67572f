import { useQuery } from "@tanstack/react-query";
import { resourcesQuery } from "@/api/business";
import type { Schema } from "@/api/client";
import { minutesOfDay } from "@/text/clock";
import { clockTime, dateWords, inLang, money } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { words } from "./texts";

type Booking = Schema["ConsoleBooking"];

export function customerOf(b: Booking, t: (typeof words)["ja"]): string {
  const name = [b.customer.family_name, b.customer.given_name].filter(Boolean).join(" ");
  return name ? t.honoured(name) : t.walkInName;
}

/** When, who and what of a booking, in three lines. */
export function Lines({ business, booking: b }: { business: string; booking: Booking }) {
  const t = useTexts(words);
  const lang = useLang();
  const resources = useQuery({ ...resourcesQuery(business), staleTime: 60_000 }).data ?? [];
  const clock = (at: string) => clockTime(minutesOfDay(b.date, at));
  const serving = new Set(b.serving.map((s) => s.resource_id));
  const staff = resources.filter((r) => r.kind === "staff" && serving.has(r.id)).map((r) => inLang(r.name, lang));
  const kana = [b.customer.family_name_kana, b.customer.given_name_kana].filter(Boolean).join(" ");
  return (
    <div className="min-w-0">
      <h2 className="flex flex-wrap items-baseline gap-x-3">
        <span className="tabular font-semibold">
          {dateWords(b.date, lang)} {clock(b.start)}–{clock(b.end)}
        </span>
        <bdi className="font-semibold">{customerOf(b, t)}</bdi>
        {kana && <bdi className="text-sm font-normal text-ink-soft">{kana}</bdi>}
      </h2>
      <p>
        <bdi>{b.items.map((i) => inLang(i.service.name, lang)).join("・")}</bdi>
        {b.party_size > 1 && <> · {t.persons(b.party_size)}</>}
        {staff.length > 0 && (
          <span className="text-ink-soft">
            {" · "}
            <bdi>{staff.join("・")}</bdi>
            {b.items.some((i) => i.staff) && ` (${t.asked})`}
          </span>
        )}
        <span className="tabular text-ink-soft"> · {money(b.price.total, lang)}</span>
      </p>
      {b.note && <bdi className="mt-1 block whitespace-pre-wrap rounded-lg bg-sunken px-3 py-1 text-sm">{b.note}</bdi>}
    </div>
  );
}
