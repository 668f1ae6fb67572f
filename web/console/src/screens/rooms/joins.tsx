import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { everything } from "@/api/list";
import { explain, fieldFaults } from "@/api/problem";
import { useBusiness } from "@/shell/business";
import { common } from "@/text/common";
import { inLang } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { CheckField } from "@/ui/field";
import { toastFault, useImpact } from "@/ui/impact";
import { LocalizedField } from "@/ui/localized";
import { NumberField } from "@/ui/number";
import { Section } from "@/ui/page";
import { Await, Fault } from "@/ui/state";
import { words } from "./texts";

type Join = Schema["JoinView"];

const joinsQuery = (business: string) => ({
  queryKey: ["business", business, "joins"],
  queryFn: () =>
    everything(async (cursor) =>
      dataOf(
        await api.GET("/api/v1/businesses/{business_id}/resource-joins", {
          params: { path: { business_id: business }, query: { limit: 100, ...(cursor && { cursor }) } },
        }),
      ),
    ),
});

/** Tables that are put together for larger parties. */
export function Joins({ resources }: { resources: Schema["ResourceView"][] }) {
  const t = useTexts(words);
  const c = useTexts(common);
  const lang = useLang();
  const { id } = useBusiness();
  const queries = useQueryClient();
  const query = useQuery(joinsQuery(id));
  const impact = useImpact(t.deleted);
  const [adding, setAdding] = useState(false);
  const nameOf = (r: string) => inLang(resources.find((x) => x.id === r)?.name ?? { ja: "…" }, lang);
  const remove = async (j: Join) => {
    try {
      const done = await impact.ask(async (dry_run) =>
        dataOf(
          await api.DELETE("/api/v1/businesses/{business_id}/resource-joins/{join_id}", {
            params: { path: { business_id: id, join_id: j.id }, query: { dry_run }, header: { "If-Match": `"${j.version}"` } },
          }),
        ),
      );
      if (done) await queries.invalidateQueries({ queryKey: ["business", id] });
    } catch (e) {
      toastFault(e);
    }
  };
  return (
    <div className="mt-6">
      <Section title={t.joins} actions={<Button onClick={() => setAdding(true)}>{t.addJoin}</Button>}>
        <p className="mb-3 text-sm text-ink-soft">{t.joinsHint}</p>
        <Await query={query}>
          {(list) =>
            list.length === 0 ? (
              <p className="text-ink-soft">{t.joinsNone}</p>
            ) : (
              <ul className="divide-y divide-line">
                {list.map((j) => (
                  <li key={j.id} className="flex flex-wrap items-center gap-x-4 py-2">
                    <bdi className="font-medium">{inLang(j.name, lang)}</bdi>
                    <bdi className="flex-1 text-sm text-ink-soft">{j.resource_ids.map(nameOf).join(" + ")}</bdi>
                    <span className="tabular">{t.party(j.min_party, j.max_party)}</span>
                    <Button aria-label={`${c.remove} ${inLang(j.name, lang)}`} onClick={() => void remove(j)}>
                      {c.remove}
                    </Button>
                  </li>
                ))}
              </ul>
            )
          }
        </Await>
        {adding && <JoinSheet resources={resources} onClose={() => setAdding(false)} />}
        {impact.dialog}
      </Section>
    </div>
  );
}

function JoinSheet({ resources, onClose }: { resources: Schema["ResourceView"][]; onClose: () => void }) {
  const t = useTexts(words);
  const c = useTexts(common);
  const lang = useLang();
  const { id } = useBusiness();
  const queries = useQueryClient();
  const impact = useImpact(t.created);
  const [v, setV] = useState<Schema["CreateJoinInput"]>({ name: { ja: "" }, resource_ids: [], min_party: 1, max_party: 4 });
  const [error, setError] = useState<unknown>(null);
  const faults = fieldFaults(error);
  const save = async () => {
    setError(null);
    try {
      const done = await impact.ask(async (dry_run) =>
        dataOf(
          await api.POST("/api/v1/businesses/{business_id}/resource-joins", {
            params: { path: { business_id: id }, query: { dry_run } },
            body: v,
          }),
        ),
      );
      if (!done) return;
      await queries.invalidateQueries({ queryKey: ["business", id] });
      onClose();
    } catch (e) {
      setError(e);
    }
  };
  return (
    <Dialog open onClose={onClose} title={t.addJoin}>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(e) => {
          e.preventDefault();
          void save();
        }}
      >
        <Fault>{error ? explain(error, ["name.ja", "name.en", "resource_ids", "min_party", "max_party"]) : ""}</Fault>
        <LocalizedField
          label={t.name}
          required
          maxLength={100}
          value={v.name}
          onChange={(name) => setV({ ...v, name })}
          errors={{ ja: faults["name.ja"], en: faults["name.en"] }}
        />
        <fieldset>
          <legend className="font-medium">{t.members}</legend>
          <div className="flex flex-wrap gap-x-5">
            {resources.map((r) => (
              <CheckField
                key={r.id}
                label={<bdi>{inLang(r.name, lang)}</bdi>}
                checked={v.resource_ids.includes(r.id)}
                onChange={(e) =>
                  setV({ ...v, resource_ids: e.target.checked ? [...v.resource_ids, r.id] : v.resource_ids.filter((x) => x !== r.id) })
                }
              />
            ))}
          </div>
          {faults["resource_ids"] && <p className="text-sm font-medium text-bad">{faults["resource_ids"]}</p>}
        </fieldset>
        <div className="grid grid-cols-2 gap-4">
          <NumberField
            label={t.minParty}
            min={1}
            max={500}
            value={v.min_party ?? 1}
            onChange={(n) => setV({ ...v, min_party: n ?? 1 })}
            error={faults["min_party"]}
          />
          <NumberField
            label={t.maxParty}
            min={1}
            max={500}
            value={v.max_party}
            onChange={(n) => setV({ ...v, max_party: n ?? 1 })}
            error={faults["max_party"]}
          />
        </div>
        <Button type="submit" kind="primary" busy={impact.busy}>
          {c.add}
        </Button>
      </form>
      {impact.dialog}
    </Dialog>
  );
}
