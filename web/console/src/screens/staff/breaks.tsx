import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { explain } from "@/api/problem";
import { useBusiness } from "@/shell/business";
import { common } from "@/text/common";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { useImpact } from "@/ui/impact";
import { type Range, weekdays } from "@/ui/ranges";
import { Await, Fault } from "@/ui/state";
import { useWeekdayNames, WeekField } from "@/ui/week";

type Resource = Pick<Schema["ResourceView"], "id" | "version">;

/** The breaks of every week. */
export function BreaksForm({ resource }: { resource: Resource }) {
  const { id } = useBusiness();
  const query = useQuery({
    queryKey: ["business", id, "breaks", resource.id],
    queryFn: async () =>
      dataOf(
        await api.GET("/api/v1/businesses/{business_id}/resources/{resource_id}/breaks", {
          params: { path: { business_id: id, resource_id: resource.id } },
        }),
      ),
  });
  return <Await query={query}>{(stored) => <Form stored={stored} resource={resource} />}</Await>;
}

function Form({ stored, resource }: { stored: Schema["BreaksView"]; resource: Resource }) {
  const c = useTexts(common);
  const names = useWeekdayNames();
  const { id } = useBusiness();
  const queries = useQueryClient();
  const impact = useImpact();
  const [typed, setTyped] = useState<Record<number, Range[]> | null>(null);
  const [error, setError] = useState<unknown>(null);
  const rows = typed ?? Object.fromEntries(weekdays.map((d) => [d, stored.weekly.find((x) => x.weekday === d)?.ranges ?? []]));
  const save = async () => {
    setError(null);
    try {
      const weekly = weekdays.flatMap((weekday) => (rows[weekday]?.length ? [{ weekday, ranges: rows[weekday] }] : []));
      const done = await impact.ask(async (dry_run) =>
        dataOf(
          await api.PUT("/api/v1/businesses/{business_id}/resources/{resource_id}/breaks", {
            params: {
              path: { business_id: id, resource_id: resource.id },
              query: { dry_run },
              header: { "If-Match": `"${resource.version}"` },
            },
            body: { weekly },
          }),
        ),
      );
      if (!done) return;
      await queries.invalidateQueries({ queryKey: ["business", id] });
      setTyped(null);
    } catch (e) {
      setError(e);
    }
  };
  return (
    <form
      noValidate
      className="flex flex-col gap-3"
      onSubmit={(e) => {
        e.preventDefault();
        void save();
      }}
    >
      <WeekField
        rows={weekdays.map((d) => ({ id: String(d), label: names[d] ?? "", ranges: rows[d] ?? [] }))}
        offLabel={c.none}
        onChange={(day, to) => setTyped({ ...rows, [Number(day)]: to })}
        onCopy={(day) => setTyped(Object.fromEntries(weekdays.map((d) => [d, rows[Number(day)] ?? []])))}
      />
      <Fault>{error ? explain(error) : ""}</Fault>
      <Button type="submit" kind="primary" className="self-end" busy={impact.busy} disabled={typed === null}>
        {c.save}
      </Button>
      {impact.dialog}
    </form>
  );
}
