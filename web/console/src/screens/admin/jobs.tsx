import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { common } from "@/text/common";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { SelectField } from "@/ui/field";
import { Badge, Page, Section, Table } from "@/ui/page";
import { DeadJobs } from "./dead-jobs";
import { jobWords } from "./job-texts";
import { AdminAwait } from "./strong";

type Kind = Schema["JobKindView"];

export function AdminJobs() {
  const t = useTexts(jobWords);
  const c = useTexts(common);
  const [state, setState] = useState<"discarded" | "cancelled">("discarded");
  const [kind, setKind] = useState("");
  const query = useQuery({
    queryKey: ["admin", "jobs", "kinds"],
    queryFn: async () => dataOf(await api.GET("/api/v1/admin/job-kinds")),
    refetchInterval: 10_000,
  });
  return (
    <Page title={t.title} intro={t.intro}>
      <AdminAwait query={query}>
        {({ items }) => (
          <>
            <Section title={t.kinds}>
              {items.length === 0 ? (
                <p className="text-ink-soft">{t.idle}</p>
              ) : (
                <Kinds
                  items={items}
                  onChoose={(of, to) => {
                    setKind(of);
                    setState(to);
                    document.getElementById("dead")?.scrollIntoView();
                  }}
                />
              )}
            </Section>
            <div id="dead">
              <Section title={t.dead}>
                <search className="mb-4 grid gap-3 sm:grid-cols-2 lg:max-w-2xl">
                  <SelectField label={t.state} value={state} onChange={(e) => setState(e.target.value as typeof state)}>
                    <option value="discarded">{t.states.discarded}</option>
                    <option value="cancelled">{t.states.cancelled}</option>
                  </SelectField>
                  <SelectField label={t.kind} value={kind} onChange={(e) => setKind(e.target.value)}>
                    <option value="">{c.all}</option>
                    {[...new Set([...items.map((k) => k.kind), ...(kind ? [kind] : [])])].map((k) => (
                      <option key={k} value={k}>
                        {k}
                      </option>
                    ))}
                  </SelectField>
                </search>
                <DeadJobs key={`${state} ${kind}`} state={state} kind={kind} />
              </Section>
            </div>
          </>
        )}
      </AdminAwait>
    </Page>
  );
}

function Kinds({ items, onChoose }: { items: Kind[]; onChoose: (kind: string, state: "discarded" | "cancelled") => void }) {
  const t = useTexts(jobWords);
  const number = (n: number) => (n === 0 ? <span className="text-ink-soft">0</span> : n);
  return (
    <Table
      caption={t.kinds}
      head={
        <tr>
          <th>{t.kind}</th>
          <th className="text-right">{t.waiting}</th>
          <th className="text-right">{t.oldest}</th>
          <th className="text-right">{t.running}</th>
          <th className="text-right">{t.later}</th>
          <th className="text-right">{t.failing}</th>
          <th className="text-right">{t.states.discarded}</th>
          <th className="text-right">{t.states.cancelled}</th>
        </tr>
      }
    >
      {items.map((k) => (
        <tr key={k.kind} className="tabular *:text-right">
          <th scope="row" className="min-w-56 !text-left">
            <code className="break-all text-ink">{k.kind}</code>
            <span className="block font-normal">{(t.does as Record<string, string | undefined>)[k.kind]}</span>
          </th>
          <td>{number(k.waiting)}</td>
          <td className="whitespace-nowrap">{k.oldest_due_at ? <Age at={k.oldest_due_at} /> : <span className="text-ink-soft">–</span>}</td>
          <td>{number(k.running)}</td>
          <td>{number(k.later)}</td>
          <td>{number(k.failing)}</td>
          <td>
            {k.discarded ? (
              <Button aria-label={t.show(k.discarded, k.kind, t.states.discarded)} onClick={() => onChoose(k.kind, "discarded")}>
                <Badge tone="bad" icon="✕">
                  {k.discarded}
                </Badge>
              </Button>
            ) : (
              number(0)
            )}
          </td>
          <td>
            {k.cancelled ? (
              <Button aria-label={t.show(k.cancelled, k.kind, t.states.cancelled)} onClick={() => onChoose(k.kind, "cancelled")}>
                {k.cancelled}
              </Button>
            ) : (
              number(0)
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}

/** How long something waits; from a minute on it is late. */
function Age({ at }: { at: string }) {
  const t = useTexts(jobWords);
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(at)) / 1000));
  const text =
    seconds < 60 ? t.seconds(seconds) : seconds < 7200 ? t.minutes(Math.floor(seconds / 60)) : t.hours(Math.floor(seconds / 3600));
  return seconds < 60 ? text : <Badge tone={seconds < 600 ? "warn" : "bad"}>{text}</Badge>;
}
