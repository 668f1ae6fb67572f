import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf } from "@/api/client";
import { usePages } from "@/api/list";
import { entryOf } from "@/screens/audit/audit";
import { type Chosen, Filters, nothingChosen, queryOf } from "@/screens/audit/filters";
import { words as trailWords } from "@/screens/audit/texts";
import { Trail } from "@/screens/audit/trail";
import { texts, useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { toastFault } from "@/ui/impact";
import { Section } from "@/ui/page";

const own = texts({
  ja: {
    title: "店舗の操作の記録",
    verify: "改ざんがないか確かめる",
    sound: (n: number) => `${n}件すべてに改ざんはありません。`,
    broken: (n: number, at: number) => `${at}番目の記録が書き換えられたか、失われています(その前の${n}件は正しい記録です)。`,
  },
  en: {
    title: "Trail of the business",
    verify: "Verify the chain",
    sound: (n: number) => `All ${n} entries hold: nothing was tampered with.`,
    broken: (n: number, at: number) => `Entry ${at} was changed or is missing (the ${n} before it hold).`,
  },
});

/** The trail of a business as operators read it, and whether its chain holds. */
export function BusinessTrail({ id, zone }: { id: string; zone: string }) {
  const t = useTexts(own);
  const w = useTexts(trailWords);
  const [chosen, setChosen] = useState<Chosen>(nothingChosen);
  const query = queryOf(chosen, zone);
  const pages = usePages(["admin", "business", id, "audit", query], async (cursor) =>
    dataOf(
      await api.GET("/api/v1/admin/businesses/{business_id}/audit", {
        params: { path: { business_id: id }, query: { ...query, limit: 50, ...(cursor && { cursor }) } },
      }),
    ),
  );
  const verify = useMutation({
    mutationFn: async () =>
      dataOf(await api.GET("/api/v1/admin/businesses/{business_id}/audit/verify", { params: { path: { business_id: id } } })),
    onError: toastFault,
  });
  const verdict = verify.data;
  return (
    <Section
      title={t.title}
      actions={
        <Button busy={verify.isPending} onClick={() => verify.mutate()}>
          {t.verify}
        </Button>
      }
    >
      <p
        role="status"
        className={verdict ? `mb-4 rounded-lg p-3 ${verdict.ok ? "bg-good-soft text-good" : "bg-bad-soft text-bad"}` : "sr-only"}
      >
        {verdict && (verdict.ok ? t.sound(verdict.entries) : t.broken(verdict.entries, verdict.broken_at ?? 0))}
      </p>
      <Filters chosen={chosen} onChange={setChosen} groups={w.groups} />
      <Trail pages={pages} entry={entryOf} zone={zone} chosen={chosen} onChange={setChosen} />
    </Section>
  );
}
