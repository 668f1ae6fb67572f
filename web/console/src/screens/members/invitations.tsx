import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf } from "@/api/client";
import { usePages } from "@/api/list";
import { useBusiness } from "@/shell/business";
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

/** Invitations that nobody answered yet. */
export function Invitations() {
  const t = useTexts(words);
  const c = useTexts(common);
  const lang = useLang();
  const { id } = useBusiness();
  const queries = useQueryClient();
  const [busy, setBusy] = useState("");
  const key = ["business", id, "invitations"];
  const pages = usePages(key, async (cursor) =>
    dataOf(
      await api.GET("/api/v1/businesses/{business_id}/invitations", {
        params: { path: { business_id: id }, query: { status: "pending", limit: 50, ...(cursor && { cursor }) } },
      }),
    ),
  );
  const run = async (
    invitation_id: string,
    done: string,
    act: (path: { business_id: string; invitation_id: string }) => Promise<{ error?: unknown }>,
  ) => {
    setBusy(invitation_id);
    try {
      const { error } = await act({ business_id: id, invitation_id });
      dataOf({ error: error as never });
      toast(done);
    } catch (e) {
      toastFault(e);
    } finally {
      setBusy("");
      await queries.invalidateQueries({ queryKey: key });
    }
  };
  return (
    <Section title={t.waiting}>
      <Await query={pages}>
        {() =>
          pages.items.length === 0 ? (
            <p className="text-ink-soft">{t.noWaiting}</p>
          ) : (
            <ul className="-my-2 divide-y divide-line">
              {pages.items.map((i) => (
                <li key={i.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
                  <span className="min-w-48 flex-1">
                    <bdi className="font-medium">{i.email}</bdi> <Badge>{t.roles[i.role]}</Badge>
                    <span className="tabular block text-sm text-ink-soft">{t.until(instant(i.expires_at, "Asia/Tokyo", lang))}</span>
                  </span>
                  <Button
                    disabled={busy === i.id}
                    aria-label={`${t.resend} ${i.email}`}
                    onClick={() =>
                      void run(i.id, t.sent, (path) =>
                        api.POST("/api/v1/businesses/{business_id}/invitations/{invitation_id}/resend", { params: { path } }),
                      )
                    }
                  >
                    {t.resend}
                  </Button>
                  <Button
                    disabled={busy === i.id}
                    aria-label={`${t.revoke} ${i.email}`}
                    onClick={() =>
                      void run(i.id, t.revoked, (path) =>
                        api.DELETE("/api/v1/businesses/{business_id}/invitations/{invitation_id}", { params: { path } }),
                      )
                    }
                  >
                    {t.revoke}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </Await>
      {pages.hasNextPage && (
        <Button className="mt-3" busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {c.more}
        </Button>
      )}
    </Section>
  );
}
