import { useState } from "react";
import { api, dataOf } from "@/api/client";
import { usePages } from "@/api/list";
import { type Chosen, Filters, nothingChosen, queryOf } from "@/screens/audit/filters";
import { Trail } from "@/screens/audit/trail";
import { texts, useTexts } from "@/text/texts";
import { Page } from "@/ui/page";
import { platformEntry } from "./platform-entry";
import { AdminFailed } from "./strong";
import { platformZone } from "./texts";

const own = texts({
  ja: {
    title: "運営の操作の記録",
    intro: "運営者が判断したことと、その理由の記録です。店舗の中で行われた操作は、店舗のページでご覧いただけます。",
    groups: {
      "business.*": "店舗の判断",
      "user.*": "アカウント",
      "operator.*": "運営者",
      "flag.*": "機能の切替",
      "holiday.*": "祝日",
      "job.*": "ジョブ",
      "invariants.*": "整合性の点検",
      "messages.*": "メッセージ",
    },
  },
  en: {
    title: "Operators' audit",
    intro: "What operators decided, and why. What was done inside a business is on the page of the business.",
    groups: {
      "business.*": "Decisions on businesses",
      "user.*": "Accounts",
      "operator.*": "Operators",
      "flag.*": "Feature flags",
      "holiday.*": "Holidays",
      "job.*": "Jobs",
      "invariants.*": "Invariants",
      "messages.*": "Messages",
    },
  },
});

export function AdminAudit() {
  const t = useTexts(own);
  const [chosen, setChosen] = useState<Chosen>(nothingChosen);
  const query = queryOf(chosen, platformZone);
  const pages = usePages(["admin", "audit", query], async (cursor) =>
    dataOf(await api.GET("/api/v1/admin/audit", { params: { query: { ...query, limit: 50, ...(cursor && { cursor }) } } })),
  );
  return (
    <Page title={t.title} intro={t.intro}>
      <Filters chosen={chosen} onChange={setChosen} groups={t.groups} />
      {pages.error && pages.items.length === 0 ? (
        <AdminFailed error={pages.error} retry={() => void pages.refetch()} />
      ) : (
        <Trail pages={pages} entry={platformEntry} zone={platformZone} chosen={chosen} onChange={setChosen} />
      )}
    </Page>
  );
}
