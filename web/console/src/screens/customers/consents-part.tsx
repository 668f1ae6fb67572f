import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { profileQuery } from "@/api/business";
import { api, dataOf, type Schema } from "@/api/client";
import { usePages } from "@/api/list";
import { useBusiness } from "@/shell/business";
import { common } from "@/text/common";
import { instant } from "@/text/format";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Badge, Section } from "@/ui/page";
import { Await } from "@/ui/state";
import { ConsentDialog } from "./consent-dialog";
import { pageWords } from "./page-texts";

const looks = { none: { tone: "calm", icon: "?" }, granted: { tone: "good", icon: "✓" }, withdrawn: { tone: "warn", icon: "✕" } } as const;

/** To what the customer agreed: how it stands, and how it came. */
export function ConsentsPart({ customer }: { customer: Schema["CustomerDetail"] }) {
  const t = useTexts(pageWords);
  const [adding, setAdding] = useState(false);
  const standing = [
    ["health_data", customer.health_consent],
    ["marketing_email", customer.marketing_consent],
  ] as const;
  return (
    <Section title={t.consents} actions={<Button onClick={() => setAdding(true)}>{t.addConsent}</Button>}>
      <dl className="mb-3 flex flex-col gap-2">
        {standing.map(([purpose, state]) => (
          <div key={purpose} className="flex flex-wrap items-center justify-between gap-2">
            <dt>{t.purposes[purpose]}</dt>
            <dd>
              <Badge tone={looks[state].tone} icon={looks[state].icon}>
                {t.agreements[state]}
              </Badge>
            </dd>
          </div>
        ))}
      </dl>
      <details>
        <summary className="target flex items-center text-sm underline">{t.history}</summary>
        <History customer={customer.id} />
      </details>
      {adding && <ConsentDialog customer={customer} onClose={() => setAdding(false)} />}
    </Section>
  );
}

function History({ customer }: { customer: string }) {
  const t = useTexts(pageWords);
  const c = useTexts(common);
  const { id } = useBusiness();
  const zone = useQuery(profileQuery(id)).data?.timezone ?? "Asia/Tokyo";
  const pages = usePages(["business", id, "customers", customer, "consents"], async (cursor) =>
    dataOf(
      await api.GET("/api/v1/businesses/{business_id}/customers/{customer_id}/consents", {
        params: { path: { business_id: id, customer_id: customer }, query: { limit: 50, ...(cursor && { cursor }) } },
      }),
    ),
  );
  return (
    <Await query={{ ...pages, data: pages.data && pages.items }}>
      {(items) =>
        items.length === 0 ? (
          <p className="text-ink-soft">{t.noConsents}</p>
        ) : (
          <>
            <ul className="divide-y divide-line text-sm">
              {items.map((x) => (
                <li key={x.id} className="py-2">
                  {t.purposes[x.purpose]}: <span className="font-medium">{x.granted ? t.granted : t.withdrawn}</span>
                  <span className="tabular block text-ink-soft">
                    {instant(x.at, zone)} · {t.sources[x.source]} · {t.version}: <bdi>{x.version}</bdi>
                  </span>
                </li>
              ))}
            </ul>
            {pages.hasNextPage && (
              <Button busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
                {c.more}
              </Button>
            )}
          </>
        )
      }
    </Await>
  );
}
