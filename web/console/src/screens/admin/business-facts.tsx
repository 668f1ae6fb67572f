import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Schema } from "@/api/client";
import { inLang, instant } from "@/text/format";
import { langNames, useLang } from "@/text/lang";
import { texts, useTexts } from "@/text/texts";
import { platformZone, words } from "./texts";

const own = texts({
  ja: {
    slug: "アドレス",
    vertical: "業種",
    description: "紹介文",
    phone: "電話番号",
    email: "メール",
    place: "所在地",
    zone: "時間帯・通貨",
    locale: "主な言語",
    founded: "開設",
    founder: "開設した人",
    owners: "オーナー",
    unknown: "不明",
    english: "英語表記",
  },
  en: {
    slug: "Address",
    vertical: "Trade",
    description: "Description",
    phone: "Phone",
    email: "E-mail",
    place: "Place",
    zone: "Time zone and currency",
    locale: "Main language",
    founded: "Founded",
    founder: "Founded by",
    owners: "Owners",
    unknown: "not known",
    english: "In English",
  },
});

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-sm text-ink-soft sm:py-0.5">{name}</dt>
      <dd className="mb-2 min-w-0 sm:mb-0">{children}</dd>
    </>
  );
}

/** All that a business entered of itself, and whose it is. */
export function BusinessFacts({ of }: { of: Schema["AdminBusinessView"] }) {
  const t = useTexts(own);
  const w = useTexts(words);
  const lang = useLang();
  const b = of.business;
  const other = lang === "ja" ? "en" : "ja";
  const nothing = <span className="text-ink-soft">—</span>;
  return (
    <dl className="grid gap-x-6 sm:grid-cols-[10rem_minmax(0,1fr)] sm:gap-y-2">
      <Fact name={w.name}>
        <bdi className="font-medium">{inLang(b.name, lang)}</bdi>
        {b.name[other] && b.name[other] !== inLang(b.name, lang) && (
          <span className="text-ink-soft">
            {" "}
            (<bdi>{b.name[other]}</bdi>)
          </span>
        )}
      </Fact>
      <Fact name={t.slug}>
        <code className="break-all">/{b.slug}</code>
      </Fact>
      <Fact name={t.vertical}>{w.vertical[b.vertical]}</Fact>
      <Fact name={t.description}>
        {b.description
          ? (["ja", "en"] as const).map(
              (l) =>
                b.description?.[l] && (
                  <p key={l} lang={l} className="whitespace-pre-line">
                    <bdi>{b.description[l]}</bdi>
                  </p>
                ),
            )
          : nothing}
      </Fact>
      <Fact name={t.phone}>
        {b.phone ? (
          <a href={`tel:${b.phone}`} className="tabular underline">
            {b.phone_national}
          </a>
        ) : (
          nothing
        )}
      </Fact>
      <Fact name={t.email}>
        {b.email ? (
          <a href={`mailto:${b.email}`} className="break-all underline">
            {b.email}
          </a>
        ) : (
          nothing
        )}
      </Fact>
      <Fact name={t.place}>
        <bdi>{[b.postal_code && `〒${b.postal_code}`, b.prefecture, b.city, b.address_line].filter(Boolean).join(" ") || "—"}</bdi>
      </Fact>
      <Fact name={t.zone}>
        {b.timezone}, {b.currency}
      </Fact>
      <Fact name={t.locale}>
        <span lang={b.locale}>{langNames[b.locale]}</span>
      </Fact>
      <Fact name={t.founded}>{instant(b.created_at, platformZone)}</Fact>
      <Fact name={t.founder}>
        {of.founded_by ? (
          <Link to="/admin/users/$userId" params={{ userId: of.founded_by }} className="underline">
            <bdi>{of.founder_name ?? t.unknown}</bdi>
          </Link>
        ) : (
          (of.founder_name ?? t.unknown)
        )}
      </Fact>
      <Fact name={t.owners}>
        <ul>
          {(of.owners ?? []).map((o) => (
            <li key={o.user_id}>
              <Link to="/admin/users/$userId" params={{ userId: o.user_id }} className="underline">
                <bdi>
                  {o.family_name} {o.given_name}
                </bdi>
              </Link>{" "}
              <span className="break-all text-sm text-ink-soft">{o.email}</span>
            </li>
          ))}
        </ul>
      </Fact>
    </dl>
  );
}
