import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { resourcesQuery } from "@/api/business";
import { api, dataOf, type Schema } from "@/api/client";
import { everything } from "@/api/list";
import { explain, fieldFaults } from "@/api/problem";
import { useBusiness } from "@/shell/business";
import { common } from "@/text/common";
import { fullDate, inLang } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Confirm, Dialog } from "@/ui/dialog";
import { SelectField, TextArea, TextField } from "@/ui/field";
import { toastFault, useImpact } from "@/ui/impact";
import { Section } from "@/ui/page";
import { Await, Empty, Fault } from "@/ui/state";
import { words } from "./texts";

type Leave = Schema["LeaveView"];

export function LeavesPart() {
  const t = useTexts(words);
  const lang = useLang();
  const { id } = useBusiness();
  const queries = useQueryClient();
  const impact = useImpact(t.leaveDeleted);
  const people = (useQuery(resourcesQuery(id)).data ?? []).filter((r) => r.kind === "staff");
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Leave | null>(null);
  const query = useQuery({
    queryKey: ["business", id, "leaves"],
    queryFn: () =>
      everything(async (cursor) =>
        dataOf(
          await api.GET("/api/v1/businesses/{business_id}/leaves", {
            params: { path: { business_id: id }, query: { limit: 100, ...(cursor && { cursor }) } },
          }),
        ),
      ),
  });
  const nameOf = (r: string) => inLang(people.find((p) => p.id === r)?.name ?? { ja: "…" }, lang);
  const remove = async (leave: Leave) => {
    setRemoving(null);
    try {
      const done = await impact.ask(async (dry_run) =>
        dataOf(
          await api.DELETE("/api/v1/businesses/{business_id}/leaves/{leave_id}", {
            params: { path: { business_id: id, leave_id: leave.id }, query: { dry_run }, header: { "If-Match": `"${leave.version}"` } },
          }),
        ),
      );
      if (done) await queries.invalidateQueries({ queryKey: ["business", id] });
    } catch (e) {
      toastFault(e);
    }
  };
  const add = (
    <Button kind="primary" disabled={people.length === 0} onClick={() => setAdding(true)}>
      {t.addLeave}
    </Button>
  );
  return (
    <Section title={t.tabs.leaves} actions={query.data?.length ? add : undefined}>
      <Await query={query}>
        {(list) =>
          list.length === 0 ? (
            <Empty title={t.leavesNone}>{add}</Empty>
          ) : (
            <ul className="divide-y divide-line">
              {list.map((l) => (
                <li key={l.id} className="flex flex-wrap items-center gap-x-4 py-2">
                  <bdi className="min-w-32 font-medium">{nameOf(l.resource_id)}</bdi>
                  <span className="tabular flex-1">
                    {fullDate(l.from_date, lang)}
                    {l.to_date !== l.from_date && ` – ${fullDate(l.to_date, lang)}`}
                    <span className="ml-2 text-sm text-ink-soft">
                      {t.kinds[l.kind]} <bdi>{l.note}</bdi>
                    </span>
                  </span>
                  <Button aria-label={`${t.takeBack} ${nameOf(l.resource_id)} ${l.from_date}`} onClick={() => setRemoving(l)}>
                    {t.takeBack}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </Await>
      {adding && <LeaveSheet people={people} onClose={() => setAdding(false)} />}
      <Confirm
        open={removing !== null}
        onClose={() => setRemoving(null)}
        title={t.leaveTitle}
        action={t.takeBack}
        onConfirm={() => removing && void remove(removing)}
      />
      {impact.dialog}
    </Section>
  );
}

function LeaveSheet({ people, onClose }: { people: Schema["ResourceView"][]; onClose: () => void }) {
  const t = useTexts(words);
  const c = useTexts(common);
  const lang = useLang();
  const { id } = useBusiness();
  const queries = useQueryClient();
  const impact = useImpact();
  const [v, setV] = useState<Schema["CreateLeaveInput"]>({
    resource_id: people[0]?.id ?? "",
    from_date: "",
    to_date: "",
    kind: "paid",
    note: "",
  });
  const [error, setError] = useState<unknown>(null);
  const faults = fieldFaults(error);
  const save = async () => {
    setError(null);
    try {
      const done = await impact.ask(async (dry_run) =>
        dataOf(
          await api.POST("/api/v1/businesses/{business_id}/leaves", {
            params: { path: { business_id: id }, query: { dry_run } },
            body: { ...v, to_date: v.to_date || v.from_date },
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
    <Dialog open onClose={onClose} title={t.addLeave}>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(e) => {
          e.preventDefault();
          void save();
        }}
      >
        <Fault>{error ? explain(error, ["resource_id", "from_date", "to_date", "note"]) : ""}</Fault>
        <SelectField
          label={t.person}
          value={v.resource_id}
          onChange={(e) => setV({ ...v, resource_id: e.target.value })}
          error={faults["resource_id"]}
        >
          {people
            .filter((p) => p.active)
            .map((p) => (
              <option key={p.id} value={p.id}>
                {inLang(p.name, lang)}
              </option>
            ))}
        </SelectField>
        <div className="grid grid-cols-2 gap-4">
          <TextField
            label={t.from}
            required
            type="date"
            value={v.from_date}
            onChange={(e) => setV({ ...v, from_date: e.target.value })}
            error={faults["from_date"]}
          />
          <TextField
            label={t.to}
            type="date"
            min={v.from_date}
            value={v.to_date}
            onChange={(e) => setV({ ...v, to_date: e.target.value })}
            error={faults["to_date"]}
          />
        </div>
        <SelectField label={t.kind} value={v.kind} onChange={(e) => setV({ ...v, kind: e.target.value as Leave["kind"] })}>
          {Object.entries(t.kinds).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </SelectField>
        <TextArea
          label={t.note}
          maxLength={500}
          value={v.note}
          onChange={(e) => setV({ ...v, note: e.target.value })}
          error={faults["note"]}
        />
        <Button type="submit" kind="primary" busy={impact.busy} disabled={!v.from_date}>
          {c.add}
        </Button>
      </form>
      {impact.dialog}
    </Dialog>
  );
}
