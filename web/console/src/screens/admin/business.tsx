import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import type { Schema } from "@/api/client";
import { Entries } from "@/screens/audit/entries";
import { inLang } from "@/text/format";
import { useLang } from "@/text/lang";
import { texts, useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Page, Section } from "@/ui/page";
import { toast } from "@/ui/toast";
import { BusinessFacts } from "./business-facts";
import { BusinessTrail } from "./business-trail";
import { StatusBadge } from "./businesses";
import { type Decision, decide, decidedQuery } from "./decisions";
import { platformEntry } from "./platform-entry";
import { ReasonDialog } from "./reason";
import { AdminAwait } from "./strong";
import { platformZone, words } from "./texts";

const own = texts({
  ja: {
    title: "店舗",
    back: "店舗の一覧へ",
    status: "状態",
    statusReason: "現在の状態の理由",
    decisions: "運営の判断",
    noDecisions: "まだありません。",
    profile: "店舗の情報",
    todo: {
      approve: "承認して公開する",
      reject: "お断りする",
      suspend: "停止する",
      reinstate: "再開する",
    },
    ask: {
      approve: "この店舗を承認しますか",
      reject: "この店舗の申込をお断りしますか",
      suspend: "この店舗を停止しますか",
      reinstate: "この店舗を再開しますか",
    },
    means: {
      approve: "",
      reject: "",
      suspend: "停止中は、新しいご予約の受付と内容の変更ができません。すでにお受けしたご予約は、店舗で引き続き確認できます。",
      reinstate: "ただちに公開され、ご予約を受け付けられるようになります。",
    },
    type: (slug: string) => `確認のため「${slug}」と入力してください`,
    done: "状態を変更しました",
  },
  en: {
    title: "Business",
    back: "All businesses",
    status: "State",
    statusReason: "Why it is so",
    decisions: "Decisions of operators",
    noDecisions: "None so far.",
    profile: "Profile",
    todo: { approve: "Approve and publish", reject: "Reject", suspend: "Suspend", reinstate: "Reinstate" },
    ask: {
      approve: "Approve this business?",
      reject: "Reject this business?",
      suspend: "Suspend this business?",
      reinstate: "Reinstate this business?",
    },
    means: {
      approve: "",
      reject: "",
      suspend: "While suspended it takes no bookings and cannot be changed. Its members still see the bookings that were made.",
      reinstate: "It is public again at once and takes bookings.",
    },
    type: (slug: string) => `To confirm, type “${slug}”`,
    done: "The state is changed",
  },
});

/** What may be decided on a business of that status. */
const possible: Record<Schema["BusinessView"]["status"], Decision[]> = {
  draft: [],
  pending_review: ["approve", "reject"],
  approved: ["suspend"],
  suspended: ["reinstate"],
  rejected: [],
};

export function AdminBusiness() {
  const { businessId } = useParams({ from: "/admin/businesses/$businessId" });
  const t = useTexts(own);
  const lang = useLang();
  const query = useQuery(decidedQuery(businessId));
  const name = query.data ? inLang(query.data.business.name, lang) : t.title;
  return (
    <Page
      title={name}
      named
      actions={
        <Link to="/admin/businesses" className="target inline-flex items-center underline">
          {t.back}
        </Link>
      }
    >
      <AdminAwait query={query}>
        {(of) => (
          <>
            <Standing of={of} name={name} />
            <Section title={t.profile}>
              <BusinessFacts of={of} />
            </Section>
            <BusinessTrail id={businessId} zone={of.business.timezone} />
          </>
        )}
      </AdminAwait>
    </Page>
  );
}

/** The state, who made it so and why, and what can be done about it. */
function Standing({ of, name }: { of: Schema["AdminBusinessView"]; name: string }) {
  const t = useTexts(own);
  const w = useTexts(words);
  const queries = useQueryClient();
  const [asking, setAsking] = useState<Decision | null>(null);
  const b = of.business;
  const decisions = of.decisions ?? [];
  return (
    <Section
      title={t.status}
      actions={
        <span className="flex flex-wrap gap-2">
          {possible[b.status].map((d) => (
            <Button key={d} kind={d === "suspend" ? "danger" : "plain"} onClick={() => setAsking(d)}>
              {t.todo[d]}
            </Button>
          ))}
        </span>
      }
    >
      <p className="mb-3">
        <StatusBadge status={b.status} />
        {b.status_reason && (
          <span className="ml-3">
            <span className="text-sm text-ink-soft">{t.statusReason}: </span>
            <bdi>{b.status_reason}</bdi>
          </span>
        )}
      </p>
      <h3 className="mb-2 font-medium">{t.decisions}</h3>
      {decisions.length === 0 ? (
        <p className="text-ink-soft">{t.noDecisions}</p>
      ) : (
        <Entries entries={decisions.map(platformEntry)} zone={platformZone} />
      )}
      {asking && (
        <ReasonDialog
          title={t.ask[asking]}
          hint={w.reasonMailed}
          action={t.todo[asking]}
          danger={asking === "suspend" || asking === "reject"}
          {...((asking === "suspend" || asking === "reinstate") && { typed: { label: t.type(b.slug), word: b.slug } })}
          run={async (reason) => {
            await decide(b.id, asking, reason);
            toast(t.done);
            void queries.invalidateQueries({ queryKey: ["admin"] });
          }}
          onClose={() => setAsking(null)}
        >
          <p>
            <bdi className="font-medium">{name}</bdi>
          </p>
          {t.means[asking] && <p>{t.means[asking]}</p>}
        </ReasonDialog>
      )}
    </Section>
  );
}
