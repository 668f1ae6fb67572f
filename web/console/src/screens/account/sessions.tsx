import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf } from "@/api/client";
import { everything, usePages } from "@/api/list";
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
import { zoneHere } from "./zone";

const read = async (cursor: string | undefined) =>
  dataOf(await api.GET("/api/v1/me/sessions", { params: { query: { limit: 50, ...(cursor && { cursor }) } } }));

const others = "others";

/** Where the person is signed in. */
export function SessionsPart() {
  const t = useTexts(words);
  const c = useTexts(common);
  const lang = useLang();
  const queries = useQueryClient();
  const [ending, setEnding] = useState("");
  const pages = usePages(["sessions"], read);
  const end = async (which: string) => {
    setEnding(which);
    try {
      // All others, also those that are not on the screen yet.
      const ids = which === others ? (await everything(read)).filter((s) => !s.current).map((s) => s.id) : [which];
      for (const session_id of ids) {
        const { error } = await api.DELETE("/api/v1/me/sessions/{session_id}", { params: { path: { session_id } } });
        if (error?.status !== 404) dataOf({ error }); // one that is over already is what was asked for
      }
      toast(t.ended);
    } catch (e) {
      toastFault(e);
    } finally {
      setEnding("");
      await queries.invalidateQueries({ queryKey: ["sessions"] });
    }
  };
  return (
    <Section
      title={t.sessions}
      actions={
        pages.items.some((s) => !s.current) && (
          <Button busy={ending === others} disabled={ending !== ""} onClick={() => void end(others)}>
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
                    {t.lastActive(instant(s.last_active_at, zoneHere(), lang))} · {s.address}
                  </span>
                </span>
                {!s.current && (
                  <Button
                    busy={ending === s.id}
                    disabled={ending !== ""}
                    aria-label={`${t.end} ${s.device} ${instant(s.last_active_at, zoneHere(), lang)}`}
                    onClick={() => void end(s.id)}
                  >
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
