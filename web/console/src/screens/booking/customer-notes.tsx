import { useQuery } from "@tanstack/react-query";
import { api, dataOf, type Schema } from "@/api/client";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Badge } from "@/ui/page";
import { Await } from "@/ui/state";
import { panelWords } from "./panel-texts";

type Kind = Schema["NoteView"]["kind"];

const read = async (business: string, customer: string, kind: Kind) =>
  dataOf(
    await api.GET("/api/v1/businesses/{business_id}/customers/{customer_id}/notes", {
      params: { path: { business_id: business, customer_id: customer }, query: { kind, limit: 20 } },
    }),
  ).items;

interface Props {
  business: string;
  customer: string;
}

/** What was noted of a customer for every visit; nothing of it is sensitive. */
export function GeneralNotes({ business, customer }: Props) {
  const t = useTexts(panelWords);
  const query = useQuery({
    queryKey: ["business", business, "customer", customer, "notes", "general"],
    queryFn: () => read(business, customer, "general"),
    staleTime: 30_000,
  });
  if (!query.data?.length) return null;
  return (
    <div>
      <h4 className="text-sm text-ink-soft">{t.generalNotes}</h4>
      <ul className="list-disc pl-5 text-sm">
        {query.data.map((n) => (
          <li key={n.id}>
            <bdi className="whitespace-pre-wrap">{n.body}</bdi>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Allergy and health, read only when somebody asks: each reading is recorded, and nothing of it stays on the device. */
export function HealthNotes({ business, customer, open, onToggle }: Props & { open: boolean; onToggle: () => void }) {
  const t = useTexts(panelWords);
  return (
    <div className="flex flex-col gap-1">
      <Button className="self-start" aria-expanded={open} onClick={onToggle}>
        {open ? t.healthHide : t.health}
      </Button>
      {!open && <p className="text-sm text-ink-soft">{t.healthHint}</p>}
      {open && <HealthList business={business} customer={customer} />}
    </div>
  );
}

function HealthList({ business, customer }: Props) {
  const t = useTexts(panelWords);
  const query = useQuery({
    queryKey: ["sensitive", business, customer], // not below the business: no change elsewhere reads it, and records it, again
    queryFn: async () => [...(await read(business, customer, "allergy")), ...(await read(business, customer, "health"))],
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  return (
    <Await query={query}>
      {(list) =>
        list.length === 0 ? (
          <p className="text-sm">{t.healthNone}</p>
        ) : (
          <ul className="flex flex-col gap-2 rounded-lg bg-bad-soft p-3 text-bad">
            {list.map((n) => (
              <li key={n.id}>
                <Badge tone="bad" icon="⚠">
                  {n.kind === "allergy" ? t.allergy : t.healthKind}
                </Badge>
                <bdi className="block whitespace-pre-wrap">{n.body}</bdi>
              </li>
            ))}
          </ul>
        )
      }
    </Await>
  );
}
