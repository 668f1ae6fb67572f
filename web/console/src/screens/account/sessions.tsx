import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf } from "@/api/client";
import { usePages } from "@/api/list";
import { common } from "@/text/common";
import { instant } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { toastFault } from "@/ui/impact";
import { Badge, Section } from "@/ui/page";
import { Await } from "@/ui/state";
import { toast } from "@/ui/toast";
import { words } from "./texts";

/** Where the person is signed in. */
export function SessionsPart() {
  const t = useTexts(words);
  const c = useTexts(common);
  const lang = useLang();
  const queries = useQueryClient();
  const [ending, setEnding] = useState("");
  const pages = usePages(["sessions"], async (cursor) =>
    dataOf(await api.GET("/api/v1/me/sessions", { params: { query: { limit: 50, ...(cursor && { cursor }) } } })),
  );
  const end = async (ids: string[]) => {
    setEnding(ids.join());
    try {
      for (const session_id of ids) {
        const { error } = await api.DELETE("/api/v1/me/sessions/{session_id}", { params: { path: { session_id } } });
        dataOf({ error });
      }
      toast(t.ended);
    } catch (e) {
      toastFault(e);
    } finally {
      setEnding("");
      await queries.invalidateQueries({ queryKey: ["sessions"] });
    }
  };
  const others = pages.items.filter((s) => !s.current).map((s) => s.id);
  return (
    <Section
      title={t.sessions}
      actions={
        others.length > 0 && (
          <Button busy={ending === others.join()} onClick={() => void end(others)}>
            {t.endAll}
          </Button>
        )
      }
    >
      <Await query={pages}>
        {() => (
          <ul className="divide-y divide-line">
            {pages.items.map((s) => (
              <li key={s.id} className="flex flex-wrap items-center gap-x-4 py-2">
                <span className="min-w-48 flex-1">
                  <bdi className="font-medium">{s.device}</bdi> {s.current && <Badge tone="good">{t.thisOne}</Badge>}
                  <span className="tabular block text-sm text-ink-soft">
                    {t.lastActive(instant(s.last_active_at, "Asia/Tokyo", lang))} · {s.address}
                  </span>
                </span>
                {!s.current && (
                  <Button disabled={ending !== ""} aria-label={`${t.end} ${s.device}`} onClick={() => void end([s.id])}>
                    {t.end}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Await>
      {pages.hasNextPage && (
        <Button className="mt-3" busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {c.more}
        </Button>
      )}
    </Section>
  );
}
