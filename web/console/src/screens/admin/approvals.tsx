import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, dataOf } from "@/api/client";
import { usePages } from "@/api/list";
import { common } from "@/text/common";
import { inLang, instant } from "@/text/format";
import { useLang } from "@/text/lang";
import { texts, useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Page, Section } from "@/ui/page";
import { Empty } from "@/ui/state";
import { toast } from "@/ui/toast";
import { BusinessFacts } from "./business-facts";
import { decide, decidedQuery } from "./decisions";
import { ReasonDialog } from "./reason";
import { AdminAwait } from "./strong";
import { platformZone, words } from "./texts";

const own = texts({
  ja: {
    title: "審査",
    intro: "公開を申し込んだ店舗です。古い申込から順に並びます。判断の理由は、オーナーにメールでお知らせします。",
    none: "審査を待っている店舗はありません",
    noneHint: "新しい申込があると、ここに表示されます。",
    queue: "審査待ちの店舗",
    next: "次の申込",
    count: (n: number, more: boolean) => `${n}${more ? "件以上" : "件"}`,
    approve: "承認して公開する",
    reject: "お断りする",
    approved: (name: string) => `${name}を承認しました`,
    rejected: (name: string) => `${name}の申込をお断りしました`,
    approveTitle: (name: string) => `${name}を承認しますか`,
    rejectTitle: (name: string) => `${name}の申込をお断りしますか`,
    earlier: "これまでの判断",
  },
  en: {
    title: "Approvals",
    intro: "Businesses that asked to be published, the oldest first. The owners are told the reason of the decision by mail.",
    none: "No business waits for approval",
    noneHint: "New ones appear here.",
    queue: "Waiting businesses",
    next: "Next",
    count: (n: number, more: boolean) => (more ? `${n} or more` : String(n)),
    approve: "Approve and publish",
    reject: "Reject",
    approved: (name: string) => `${name} is approved`,
    rejected: (name: string) => `${name} is rejected`,
    approveTitle: (name: string) => `Approve ${name}?`,
    rejectTitle: (name: string) => `Reject ${name}?`,
    earlier: "Earlier decisions",
  },
});

export function AdminApprovals() {
  const t = useTexts(own);
  const c = useTexts(common);
  const lang = useLang();
  const [chosen, setChosen] = useState<string | null>(null);
  const pages = usePages(["admin", "businesses", "pending_review", ""], async (cursor) =>
    dataOf(
      await api.GET("/api/v1/admin/businesses", { params: { query: { status: "pending_review", limit: 20, ...(cursor && { cursor }) } } }),
    ),
  );
  return (
    <Page title={t.title} intro={t.intro}>
      <AdminAwait query={{ ...pages, data: pages.data && pages.items }}>
        {(items) => {
          const shown = items.find((b) => b.id === chosen) ?? items[0];
          if (!shown) {
            return (
              <Empty title={t.none}>
                <p className="text-ink-soft">{t.noneHint}</p>
              </Empty>
            );
          }
          return (
            <div className="grid gap-5 lg:grid-cols-[18rem_minmax(0,1fr)]">
              <nav aria-label={t.queue}>
                <p className="mb-2 text-sm text-ink-soft">
                  {t.queue}: {t.count(items.length, pages.hasNextPage)}
                </p>
                <ol className="flex flex-col gap-1">
                  {items.map((b) => (
                    <li key={b.id}>
                      <button
                        type="button"
                        aria-current={b.id === shown.id}
                        className={`target w-full rounded-lg border px-3 py-2 text-left ${b.id === shown.id ? "border-accent bg-accent-soft" : "border-line bg-surface hover:bg-sunken"}`}
                        onClick={() => setChosen(b.id)}
                      >
                        <bdi className="font-medium">{inLang(b.name, lang)}</bdi>
                        <span className="tabular block text-sm text-ink-soft">{instant(b.created_at, platformZone)}</span>
                      </button>
                    </li>
                  ))}
                </ol>
                {pages.hasNextPage && (
                  <Button className="mt-2 w-full" busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
                    {c.more}
                  </Button>
                )}
              </nav>
              <Judged key={shown.id} id={shown.id} />
            </div>
          );
        }}
      </AdminAwait>
    </Page>
  );
}

/** One business that waits, with all that it entered, and the two answers. */
function Judged({ id }: { id: string }) {
  const t = useTexts(own);
  const w = useTexts(words);
  const lang = useLang();
  const queries = useQueryClient();
  const query = useQuery(decidedQuery(id));
  const [asking, setAsking] = useState<"approve" | "reject" | null>(null);
  return (
    <AdminAwait query={query}>
      {(of) => {
        const name = inLang(of.business.name, lang);
        return (
          <div>
            <Section
              title={<bdi>{name}</bdi>}
              actions={
                <Link to="/admin/businesses/$businessId" params={{ businessId: id }} className="target inline-flex items-center underline">
                  {t.earlier}
                </Link>
              }
            >
              <BusinessFacts of={of} />
            </Section>
            <div className="flex flex-wrap gap-2">
              <Button kind="primary" onClick={() => setAsking("approve")}>
                {t.approve}
              </Button>
              <Button onClick={() => setAsking("reject")}>{t.reject}</Button>
            </div>
            {asking && (
              <ReasonDialog
                title={asking === "approve" ? t.approveTitle(name) : t.rejectTitle(name)}
                hint={w.reasonMailed}
                action={asking === "approve" ? t.approve : t.reject}
                danger={asking === "reject"}
                run={async (reason) => {
                  await decide(id, asking, reason);
                  toast(asking === "approve" ? t.approved(name) : t.rejected(name));
                  void queries.invalidateQueries({ queryKey: ["admin"] });
                }}
                onClose={() => setAsking(null)}
              />
            )}
          </div>
        );
      }}
    </AdminAwait>
  );
}
