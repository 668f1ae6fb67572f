import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { usePages } from "@/api/list";
import { common } from "@/text/common";
import { instant } from "@/text/format";
import { texts, useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Badge, Section } from "@/ui/page";
import { toast } from "@/ui/toast";
import { ReasonDialog } from "./reason";
import { AdminAwait } from "./strong";
import { platformZone, words } from "./texts";

type Session = Schema["SessionView"];

const own = texts({
  ja: {
    title: "サインイン中の端末",
    none: "サインイン中の端末はありません。",
    endAll: "すべて終わらせる",
    end: "終わらせる",
    endAsk: "この端末のサインインを終わらせますか",
    endAllAsk: "すべての端末からサインアウトさせますか",
    ended: "サインインを終わらせました",
    active: (when: string) => `最後の操作 ${when}`,
    opened: (when: string) => `サインイン ${when}`,
    strong: "第二要素で確認済み",
    yours: "この端末",
  },
  en: {
    title: "Signed in on",
    none: "Signed in nowhere.",
    endAll: "End all",
    end: "End",
    endAsk: "End this session?",
    endAllAsk: "Sign out everywhere?",
    ended: "Signed out",
    active: (when: string) => `last active ${when}`,
    opened: (when: string) => `signed in ${when}`,
    strong: "showed a second factor",
    yours: "this device",
  },
});

/** Where an account is signed in, and how to end it. */
export function UserSessions({ userId }: { userId: string }) {
  const t = useTexts(own);
  const w = useTexts(words);
  const c = useTexts(common);
  const queries = useQueryClient();
  const [ending, setEnding] = useState<Session | "all" | null>(null);
  const path = { user_id: userId };
  const pages = usePages(["admin", "user", userId, "sessions"], async (cursor) =>
    dataOf(await api.GET("/api/v1/admin/users/{user_id}/sessions", { params: { path, query: { limit: 50, ...(cursor && { cursor }) } } })),
  );
  const end = async (reason: string) => {
    const { error } =
      ending === "all"
        ? await api.DELETE("/api/v1/admin/users/{user_id}/sessions", { params: { path, query: { reason } } })
        : await api.DELETE("/api/v1/admin/users/{user_id}/sessions/{session_id}", {
            params: { path: { ...path, session_id: ending?.id ?? "" }, query: { reason } },
          });
    dataOf({ error });
    toast(t.ended);
    void queries.invalidateQueries({ queryKey: ["admin", "user", userId] });
  };
  return (
    <Section title={t.title} actions={pages.items.length > 0 && <Button onClick={() => setEnding("all")}>{t.endAll}</Button>}>
      <AdminAwait query={{ ...pages, data: pages.data && pages.items }}>
        {(items) =>
          items.length === 0 ? (
            <p className="text-ink-soft">{t.none}</p>
          ) : (
            <ul className="divide-y divide-line">
              {items.map((s) => (
                <li key={s.id} className="flex flex-wrap items-center justify-between gap-3 py-2">
                  <span className="min-w-0">
                    <bdi className="font-medium">{s.device}</bdi> {s.strong && <Badge tone="good">{t.strong}</Badge>}{" "}
                    {s.current && <Badge tone="info">{t.yours}</Badge>}
                    <span className="block text-sm text-ink-soft">
                      <span className="tabular">{s.address}</span> · {t.active(instant(s.last_active_at, platformZone))} ·{" "}
                      {t.opened(instant(s.created_at, platformZone))}
                    </span>
                  </span>
                  <Button aria-label={`${t.end}: ${s.device}`} onClick={() => setEnding(s)}>
                    {t.end}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </AdminAwait>
      {pages.hasNextPage && (
        <Button busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {c.more}
        </Button>
      )}
      {ending && (
        <ReasonDialog
          title={ending === "all" ? t.endAllAsk : t.endAsk}
          hint={w.reasonTrail}
          action={ending === "all" ? t.endAll : t.end}
          danger
          run={end}
          onClose={() => setEnding(null)}
        >
          {ending !== "all" && <p className="font-medium">{ending.device}</p>}
        </ReasonDialog>
      )}
    </Section>
  );
}
