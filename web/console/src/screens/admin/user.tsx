import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { inLang, instant } from "@/text/format";
import { langNames, useLang } from "@/text/lang";
import { texts, useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Badge, Page, Section } from "@/ui/page";
import { toast } from "@/ui/toast";
import { StatusBadge } from "./businesses";
import { ReasonDialog } from "./reason";
import { AdminAwait } from "./strong";
import { platformZone, words } from "./texts";
import { UserSessions } from "./user-sessions";
import { UserBadges } from "./users";

const own = texts({
  ja: {
    title: "利用者",
    back: "利用者の一覧へ",
    account: "アカウント",
    disable: "停止する",
    enable: "停止を解除する",
    disableAsk: (name: string) => `${name}さんのアカウントを停止しますか`,
    enableAsk: (name: string) => `${name}さんの停止を解除しますか`,
    disableMeans: "30秒以内にすべての端末からサインアウトされ、サインインできなくなります。",
    disabled: "アカウントを停止しました",
    enabled: "停止を解除しました",
    disabledSince: (when: string) => `${when}から停止中`,
    email: "メール",
    verified: "確認済み",
    unverified: "未確認",
    language: "言語",
    since: "登録日",
    factor: "第二要素",
    hasFactor: "登録済み",
    noFactor: "未登録",
    works: "所属する店舗",
    noWorks: "所属する店舗はありません。",
    trail: "このアカウントへの運営の操作は「操作の記録」でご覧いただけます。",
  },
  en: {
    title: "User",
    back: "All users",
    account: "Account",
    disable: "Disable",
    enable: "Enable again",
    disableAsk: (name: string) => `Disable the account of ${name}?`,
    enableAsk: (name: string) => `Let ${name} in again?`,
    disableMeans: "It is signed out everywhere within 30 seconds, and cannot sign in.",
    disabled: "The account is disabled",
    enabled: "The account is enabled",
    disabledSince: (when: string) => `Disabled since ${when}`,
    email: "E-mail",
    verified: "confirmed",
    unverified: "not confirmed",
    language: "Language",
    since: "Since",
    factor: "Second factor",
    hasFactor: "Has one",
    noFactor: "None",
    works: "Works for",
    noWorks: "Works for no business.",
    trail: "What operators did to this account is in the audit.",
  },
});

export function AdminUser() {
  const { userId } = useParams({ from: "/admin/users/$userId" });
  const t = useTexts(own);
  const query = useQuery({
    queryKey: ["admin", "user", userId],
    queryFn: async () => dataOf(await api.GET("/api/v1/admin/users/{user_id}", { params: { path: { user_id: userId } } })),
  });
  const name = query.data ? `${query.data.family_name} ${query.data.given_name}` : t.title;
  return (
    <Page
      title={name}
      named
      actions={
        <Link to="/admin/users" className="target inline-flex items-center underline">
          {t.back}
        </Link>
      }
    >
      <AdminAwait query={query}>
        {(user) => (
          <>
            <AccountPart user={user} name={name} />
            <Works user={user} />
            <UserSessions userId={userId} />
            <p className="text-sm text-ink-soft">{t.trail}</p>
          </>
        )}
      </AdminAwait>
    </Page>
  );
}

function AccountPart({ user: u, name }: { user: Schema["AdminUserDetail"]; name: string }) {
  const t = useTexts(own);
  const w = useTexts(words);
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const disabled = u.status === "disabled";
  const run = async (reason: string) => {
    const options = { params: { path: { user_id: u.id } }, body: { reason } };
    dataOf(
      disabled
        ? await api.POST("/api/v1/admin/users/{user_id}/enable", options)
        : await api.POST("/api/v1/admin/users/{user_id}/disable", options),
    );
    toast(disabled ? t.enabled : t.disabled);
    void queries.invalidateQueries({ queryKey: ["admin"] });
  };
  return (
    <Section
      title={t.account}
      actions={
        <Button kind={disabled ? "plain" : "danger"} onClick={() => setAsking(true)}>
          {disabled ? t.enable : t.disable}
        </Button>
      }
    >
      <p className="mb-3">
        <UserBadges user={u} />
      </p>
      {u.disabled_at && (
        <p className="mb-3 rounded-lg bg-bad-soft p-3 text-bad">
          {t.disabledSince(instant(u.disabled_at, platformZone))}: <bdi>{u.disabled_reason}</bdi>
        </p>
      )}
      <dl className="grid gap-x-6 gap-y-2 sm:grid-cols-[10rem_minmax(0,1fr)]">
        <dt className="text-sm text-ink-soft">{t.email}</dt>
        <dd className="break-all">
          {u.email} <span className="text-sm text-ink-soft">({u.email_verified ? t.verified : t.unverified})</span>
        </dd>
        <dt className="text-sm text-ink-soft">{t.language}</dt>
        <dd lang={u.locale}>{langNames[u.locale]}</dd>
        <dt className="text-sm text-ink-soft">{t.since}</dt>
        <dd className="tabular">{instant(u.created_at, platformZone)}</dd>
        <dt className="text-sm text-ink-soft">{t.factor}</dt>
        <dd>
          <Badge tone={u.second_factor ? "good" : u.operator ? "bad" : "calm"} icon={u.second_factor ? "✓" : "–"}>
            {u.second_factor ? t.hasFactor : t.noFactor}
          </Badge>
        </dd>
      </dl>
      {asking && (
        <ReasonDialog
          title={disabled ? t.enableAsk(name) : t.disableAsk(name)}
          hint={w.reasonTrail}
          action={disabled ? t.enable : t.disable}
          danger={!disabled}
          run={run}
          onClose={() => setAsking(false)}
        >
          {!disabled && <p>{t.disableMeans}</p>}
        </ReasonDialog>
      )}
    </Section>
  );
}

function Works({ user }: { user: Schema["AdminUserDetail"] }) {
  const t = useTexts(own);
  const w = useTexts(words);
  const lang = useLang();
  const list = user.businesses ?? [];
  return (
    <Section title={t.works}>
      {list.length === 0 ? (
        <p className="text-ink-soft">{t.noWorks}</p>
      ) : (
        <ul className="flex flex-col gap-1">
          {list.map((b) => (
            <li key={b.id} className="flex flex-wrap items-center gap-x-3">
              <Link to="/admin/businesses/$businessId" params={{ businessId: b.id }} className="target inline-flex items-center underline">
                <bdi>{inLang(b.name, lang)}</bdi>
              </Link>
              <span>{w.role[b.role]}</span>
              <StatusBadge status={b.status} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
