import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { usePages } from "@/api/list";
import { common } from "@/text/common";
import { instant } from "@/text/format";
import { texts, useTexts } from "@/text/texts";
import { SelectField, TextField } from "@/ui/field";
import { Badge, Page, Table } from "@/ui/page";
import { useSettled } from "@/ui/settled";
import { Listing } from "./listing";
import { AdminAwait } from "./strong";
import { platformZone, words } from "./texts";

type User = Schema["AdminUserView"];

const own = texts({
  ja: {
    title: "利用者",
    words: "名前・メールアドレス",
    operator: "運営者",
    status: { active: "利用中", unverified: "メール未確認", disabled: "停止中" },
  },
  en: {
    title: "Users",
    words: "Name or e-mail address",
    operator: "Operator",
    status: { active: "Active", unverified: "Address not confirmed", disabled: "Disabled" },
  },
});

const looks = {
  active: { tone: "good", icon: "✓" },
  unverified: { tone: "warn", icon: "✉" },
  disabled: { tone: "bad", icon: "■" },
} as const;

export function UserBadges({ user }: { user: User }) {
  const t = useTexts(own);
  return (
    <span className="inline-flex flex-wrap gap-1">
      <Badge tone={looks[user.status].tone} icon={looks[user.status].icon}>
        {t.status[user.status]}
      </Badge>
      {user.operator && <Badge tone="info">{t.operator}</Badge>}
    </span>
  );
}

export function AdminUsers() {
  const t = useTexts(own);
  const w = useTexts(words);
  const c = useTexts(common);
  const [typed, setTyped] = useState("");
  const [status, setStatus] = useState<User["status"] | "">("");
  const q = useSettled(typed.trim());
  const pages = usePages(["admin", "users", status, q], async (cursor) =>
    dataOf(
      await api.GET("/api/v1/admin/users", {
        params: { query: { limit: 50, ...(status && { status }), ...(q && { q }), ...(cursor && { cursor }) } },
      }),
    ),
  );
  return (
    <Page title={t.title}>
      <search className="mb-5 grid gap-3 sm:grid-cols-[minmax(0,1fr)_14rem]">
        <TextField label={t.words} type="search" maxLength={200} value={typed} onChange={(e) => setTyped(e.target.value)} />
        <SelectField label={w.state} value={status} onChange={(e) => setStatus(e.target.value as User["status"] | "")}>
          <option value="">{c.all}</option>
          {Object.entries(t.status).map(([s, name]) => (
            <option key={s} value={s}>
              {name}
            </option>
          ))}
        </SelectField>
      </search>
      <AdminAwait query={{ ...pages, data: pages.data && pages.items }}>
        {(items) => (
          <Listing
            length={items.length}
            more={pages.hasNextPage}
            fetching={pages.isFetchingNextPage}
            onMore={() => void pages.fetchNextPage()}
          >
            <Table
              caption={t.title}
              head={
                <tr>
                  <th>{w.name}</th>
                  <th>{w.email}</th>
                  <th>{w.state}</th>
                  <th>{w.since}</th>
                </tr>
              }
            >
              {items.map((u) => (
                <tr key={u.id}>
                  <th scope="row" className="min-w-40">
                    <Link
                      to="/admin/users/$userId"
                      params={{ userId: u.id }}
                      className="target inline-flex items-center text-base text-ink underline"
                    >
                      <bdi>
                        {u.family_name} {u.given_name}
                      </bdi>
                    </Link>
                  </th>
                  <td className="min-w-56">{u.email}</td>
                  <td>
                    <UserBadges user={u} />
                  </td>
                  <td className="tabular whitespace-nowrap">{instant(u.created_at, platformZone)}</td>
                </tr>
              ))}
            </Table>
          </Listing>
        )}
      </AdminAwait>
    </Page>
  );
}
