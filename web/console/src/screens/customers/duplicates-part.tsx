import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { useBusiness } from "@/shell/business";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Badge, Section } from "@/ui/page";
import { Await } from "@/ui/state";
import { MergeDialog } from "./merge-dialog";
import { pageWords } from "./page-texts";
import { fullKana, fullName, phoneWords } from "./person";
import { words } from "./texts";

/** Who may be the same person. */
export function DuplicatesPart({ customer }: { customer: Schema["CustomerDetail"] }) {
  const t = useTexts(pageWords);
  const w = useTexts(words);
  const { id } = useBusiness();
  const [merging, setMerging] = useState<string | null>(null);
  const query = useQuery({
    queryKey: ["business", id, "customers", customer.id, "duplicates"],
    queryFn: async () =>
      dataOf(
        await api.GET("/api/v1/businesses/{business_id}/customers/{customer_id}/duplicates", {
          params: { path: { business_id: id, customer_id: customer.id } },
        }),
      ),
  });
  return (
    <Section title={t.duplicates}>
      <Await query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-ink-soft">{t.noDuplicates}</p>
          ) : (
            <ul className="divide-y divide-line">
              {items.map((d) => (
                <li key={d.id} className="flex flex-wrap items-center justify-between gap-2 py-2">
                  <span className="min-w-0">
                    <bdi className="font-medium">{fullName(d) || w.unnamed}</bdi> <bdi className="text-sm text-ink-soft">{fullKana(d)}</bdi>
                    <span className="tabular block text-sm text-ink-soft">
                      {[phoneWords(d.phone), d.email, w.visits(d.visit_count)].filter(Boolean).join(" · ")}
                    </span>
                    <span className="flex flex-wrap gap-1">
                      {d.same.map((s) => (
                        <Badge key={s} tone="info">
                          {(t.same as Record<string, string | undefined>)[s] ?? s}
                        </Badge>
                      ))}
                    </span>
                  </span>
                  <Button aria-label={`${t.look}: ${fullName(d)}`} onClick={() => setMerging(d.id)}>
                    {t.look}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </Await>
      {merging && <MergeDialog customer={customer} other={merging} onClose={() => setMerging(null)} />}
    </Section>
  );
}
