import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { usePages } from "@/api/list";
import { common } from "@/text/common";
import { instant } from "@/text/format";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { CheckField } from "@/ui/field";
import { toast } from "@/ui/toast";
import { jobWords } from "./job-texts";
import { ReasonDialog } from "./reason";
import { AdminAwait } from "./strong";
import { platformZone, words } from "./texts";

type Job = Schema["JobView"];

interface Props {
  state: "discarded" | "cancelled";
  kind: string;
}

/** Jobs that ended without being done, to be tried anew or given up. */
export function DeadJobs({ state, kind }: Props) {
  const t = useTexts(jobWords);
  const w = useTexts(words);
  const c = useTexts(common);
  const queries = useQueryClient();
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [asking, setAsking] = useState<"replay" | "discard" | null>(null);
  const pages = usePages(["admin", "jobs", "dead", state, kind], async (cursor) =>
    dataOf(
      await api.GET("/api/v1/admin/jobs", { params: { query: { state, limit: 50, ...(kind && { kind }), ...(cursor && { cursor }) } } }),
    ),
  );
  const ids = pages.items.map((j) => j.id).filter((id) => chosen.has(id));
  const run = async (reason: string) => {
    let done = 0;
    try {
      for (const id of ids) {
        const options = { params: { path: { job_id: id } }, body: { reason } };
        const { error } =
          asking === "replay"
            ? await api.POST("/api/v1/admin/jobs/{job_id}/replay", options)
            : await api.POST("/api/v1/admin/jobs/{job_id}/discard", options);
        dataOf({ error });
        done++;
      }
      toast(asking === "replay" ? t.retried(done) : t.discarded(done));
      setChosen(new Set());
    } catch (e) {
      if (done > 0) toast(t.partly(done, ids.length), { kind: "bad" });
      throw e;
    } finally {
      void queries.invalidateQueries({ queryKey: ["admin", "jobs"] });
    }
  };
  const toggle = (id: number, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    setChosen(next);
  };
  return (
    <AdminAwait query={{ ...pages, data: pages.data && pages.items }}>
      {(items) =>
        items.length === 0 ? (
          <p className="text-ink-soft">{t.none}</p>
        ) : (
          <>
            <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
              <CheckField
                label={t.all}
                checked={ids.length === items.length}
                onChange={(e) => setChosen(new Set(e.target.checked ? items.map((j) => j.id) : []))}
              />
              <span className="flex flex-wrap items-center gap-2">
                <span role="status">{ids.length > 0 && t.chosen(ids.length)}</span>
                <Button disabled={ids.length === 0} onClick={() => setAsking("replay")}>
                  {t.retry}
                </Button>
                {state === "discarded" && (
                  <Button disabled={ids.length === 0} onClick={() => setAsking("discard")}>
                    {t.discard}
                  </Button>
                )}
              </span>
            </div>
            <ul className="divide-y divide-line border-y border-line">
              {items.map((j) => (
                <DeadJob key={j.id} job={j} chosen={chosen.has(j.id)} onChoose={(on) => toggle(j.id, on)} />
              ))}
            </ul>
            {pages.hasNextPage && (
              <Button className="mt-3" busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
                {c.more}
              </Button>
            )}
            {asking && (
              <ReasonDialog
                title={asking === "replay" ? t.retryAsk(ids.length) : t.discardAsk(ids.length)}
                hint={w.reasonTrail}
                action={asking === "replay" ? t.retry : t.discard}
                danger={asking === "discard"}
                run={run}
                onClose={() => setAsking(null)}
              >
                <p>{asking === "replay" ? t.retryMeans : t.discardMeans}</p>
              </ReasonDialog>
            )}
          </>
        )
      }
    </AdminAwait>
  );
}

function DeadJob({ job: j, chosen, onChoose }: { job: Job; chosen: boolean; onChoose: (on: boolean) => void }) {
  const t = useTexts(jobWords);
  return (
    <li className="flex items-center gap-3 py-1">
      <label className="target flex items-center justify-center">
        <span className="sr-only">{t.choose(j.id)}</span>
        <input type="checkbox" className="size-5 accent-accent" checked={chosen} onChange={(e) => onChoose(e.target.checked)} />
      </label>
      <div className="min-w-0">
        <p>
          <code className="break-all font-medium">{j.kind}</code> <span className="tabular text-sm text-ink-soft">#{j.id}</span>
        </p>
        <p className="text-sm text-ink-soft">
          {t.error}: <code className="text-bad">{j.error}</code> · {t.attempts} <span className="tabular">{j.attempts}</span> · {t.ended}{" "}
          <span className="tabular">{instant(j.ended_at, platformZone)}</span> · {t.created}{" "}
          <span className="tabular">{instant(j.created_at, platformZone)}</span>
        </p>
      </div>
    </li>
  );
}
