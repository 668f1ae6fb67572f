import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { usePages } from "@/api/list";
import { common } from "@/text/common";
import { inLang, instant } from "@/text/format";
import { useLang } from "@/text/lang";
import { texts, useTexts } from "@/text/texts";
import { SelectField, TextField } from "@/ui/field";
import { Badge, Page, Table } from "@/ui/page";
import { useSettled } from "@/ui/settled";
import { Tabs } from "@/ui/tabs";
import { Holidays } from "./holidays";
import { Listing } from "./listing";
import { AdminAwait } from "./strong";
import { platformZone, statusLook, words } from "./texts";

type Status = Schema["AdminListing"]["status"];

const own = texts({
  ja: {
    title: "店舗",
    list: "店舗の一覧",
    holidays: "祝日",
    words: "名前・所在地・アドレス",
    place: "所在地",
    vertical: "業種",
    founded: "開設",
  },
  en: {
    title: "Businesses",
    list: "All businesses",
    holidays: "Holidays",
    words: "Name, place or address",
    place: "Place",
    vertical: "Trade",
    founded: "Founded",
  },
});

export function AdminBusinesses() {
  const t = useTexts(own);
  const [tab, setTab] = useState<"list" | "holidays">("list");
  return (
    <Page title={t.title}>
      <Tabs
        label={t.title}
        chosen={tab}
        onChoose={setTab}
        tabs={[
          { id: "list", label: t.list },
          { id: "holidays", label: t.holidays },
        ]}
      >
        {tab === "list" ? <List /> : <Holidays />}
      </Tabs>
    </Page>
  );
}

export function StatusBadge({ status }: { status: Status }) {
  const w = useTexts(words);
  return (
    <Badge tone={statusLook[status].tone} icon={statusLook[status].icon}>
      {w.status[status]}
    </Badge>
  );
}

function List() {
  const t = useTexts(own);
  const w = useTexts(words);
  const c = useTexts(common);
  const lang = useLang();
  const [typed, setTyped] = useState("");
  const [status, setStatus] = useState<Status | "">("");
  const q = useSettled(typed.trim());
  const pages = usePages(["admin", "businesses", status, q], async (cursor) =>
    dataOf(
      await api.GET("/api/v1/admin/businesses", {
        params: { query: { limit: 50, ...(status && { status }), ...(q && { q }), ...(cursor && { cursor }) } },
      }),
    ),
  );
  return (
    <>
      <search className="mb-5 grid gap-3 sm:grid-cols-[minmax(0,1fr)_14rem]">
        <TextField label={t.words} type="search" maxLength={200} value={typed} onChange={(e) => setTyped(e.target.value)} />
        <SelectField label={w.state} value={status} onChange={(e) => setStatus(e.target.value as Status | "")}>
          <option value="">{c.all}</option>
          {Object.entries(w.status).map(([s, name]) => (
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
              caption={t.list}
              head={
                <tr>
                  <th>{w.name}</th>
                  <th>{w.state}</th>
                  <th>{t.vertical}</th>
                  <th>{t.place}</th>
                  <th>{t.founded}</th>
                </tr>
              }
            >
              {items.map((b) => (
                <tr key={b.id}>
                  <th scope="row" className="min-w-48">
                    <Link
                      to="/admin/businesses/$businessId"
                      params={{ businessId: b.id }}
                      className="target inline-flex items-center text-base text-ink underline"
                    >
                      <bdi>{inLang(b.name, lang)}</bdi>
                    </Link>
                    <code className="block break-all font-normal">/{b.slug}</code>
                  </th>
                  <td>
                    <StatusBadge status={b.status} />
                  </td>
                  <td className="whitespace-nowrap">{w.vertical[b.vertical]}</td>
                  <td>
                    <bdi>
                      {b.prefecture} {b.city}
                    </bdi>
                  </td>
                  <td className="tabular whitespace-nowrap">{instant(b.created_at, platformZone)}</td>
                </tr>
              ))}
            </Table>
          </Listing>
        )}
      </AdminAwait>
    </>
  );
}
