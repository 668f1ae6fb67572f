import { useQuery } from "@tanstack/react-query";
import { Link, Navigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { Schema } from "@/api/client";
import { businessesQuery, meQuery } from "@/api/session";
import { SignOut } from "@/screens/account/sign-out";
import { Preferences } from "@/shell/frame";
import { inLang } from "@/text/format";
import { useLang } from "@/text/lang";
import { texts, useTexts } from "@/text/texts";
import { Button, buttonLook } from "@/ui/button";
import { Badge, Page } from "@/ui/page";
import { Await } from "@/ui/state";
import { FoundForm } from "./found";

const words = texts({
  ja: {
    title: "店舗",
    account: "アカウント",
    admin: "運営パネル",
    found: "店舗を開設する",
    none: "まだ店舗がありません。店舗を開設すると、予約ページと台帳が使えるようになります。ほかの店舗で働く方は、届いた招待メールのリンクを開いてください。",
    roles: { owner: "オーナー", manager: "マネージャー", staff: "スタッフ", assistant: "アシスタント" },
    statuses: { draft: "準備中", pending_review: "審査中", approved: "公開中", suspended: "停止中", rejected: "差し戻し" },
  },
  en: {
    title: "Businesses",
    account: "Account",
    admin: "Admin panel",
    found: "Open a shop",
    none: "You have no shop yet. Opening one gives you a booking page and a ledger. If you work with another shop, follow the link of the invitation in your mail.",
    roles: { owner: "owner", manager: "manager", staff: "staff", assistant: "assistant" },
    statuses: {
      draft: "being prepared",
      pending_review: "under review",
      approved: "public",
      suspended: "suspended",
      rejected: "sent back",
    },
  },
});

const tones = { draft: "calm", pending_review: "info", approved: "good", suspended: "bad", rejected: "warn" } as const;

type Work = Schema["WorkView"];

/** Owners go on with the first steps until they asked for approval; everybody else goes to work. */
const placeOf = (b: Work) =>
  b.role === "owner" && (b.status === "draft" || b.status === "rejected")
    ? ("/console/b/$businessId/onboarding" as const)
    : ("/console/b/$businessId/ledger" as const);

/** The businesses that somebody works for; who has one only goes straight there. */
export function Home() {
  const t = useTexts(words);
  const me = useQuery(meQuery);
  const list = useQuery(businessesQuery);
  const { list: asked } = useSearch({ from: "/console" });
  const both = {
    data: me.data && list.data && { person: me.data, businesses: list.data },
    error: me.error ?? list.error,
    refetch: () => Promise.all([me.refetch(), list.refetch()]),
  };
  const only = list.data?.length === 1 && me.data?.operator === false && !asked ? list.data[0] : undefined;
  if (only) return <Navigate to={placeOf(only)} params={{ businessId: only.id }} search={{}} replace />;
  return (
    <main>
      <Page
        title={t.title}
        actions={
          <>
            {me.data?.operator && (
              <Link to="/admin/approvals" className={buttonLook()}>
                {t.admin}
              </Link>
            )}
            <Link to="/console/account" className={buttonLook()}>
              {t.account}
            </Link>
            <SignOut />
            <Preferences />
          </>
        }
      >
        <Await query={both}>{({ person, businesses }) => <Businesses person={person} businesses={businesses} />}</Await>
      </Page>
    </main>
  );
}

function Businesses({ person, businesses }: { person: Schema["PersonView"]; businesses: Work[] }) {
  const t = useTexts(words);
  const lang = useLang();
  const [founding, setFounding] = useState(false);
  if (businesses.length === 0) {
    return (
      <>
        <p className="mb-6 max-w-2xl text-ink-soft">{t.none}</p>
        <FoundForm person={person} />
      </>
    );
  }
  return (
    <>
      <ul className="mb-6 grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
        {businesses.map((b) => (
          <li key={b.id}>
            <Link
              to={placeOf(b)}
              params={{ businessId: b.id }}
              search={{}}
              className="flex h-full flex-col gap-2 rounded-xl border border-line bg-surface p-4 hover:bg-sunken"
            >
              <bdi className="text-lg font-semibold">{inLang(b.name, lang)}</bdi>
              <span className="flex flex-wrap gap-2">
                <Badge tone={tones[b.status]}>{t.statuses[b.status]}</Badge>
                <Badge>{t.roles[b.role]}</Badge>
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {founding ? <FoundForm person={person} /> : <Button onClick={() => setFounding(true)}>{t.found}</Button>}
    </>
  );
}
