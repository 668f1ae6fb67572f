import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { useBusiness } from "@/shell/business";
import { common } from "@/text/common";
import { todayIn } from "@/text/format";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { SelectField, TextField } from "@/ui/field";
import { useImpact } from "@/ui/impact";
import { type Range, weekdays } from "@/ui/ranges";
import { Await, Fault } from "@/ui/state";
import { Tabs } from "@/ui/tabs";
import { useWeekdayNames, WeekField } from "@/ui/week";
import { words } from "./texts";

type Resource = Pick<Schema["ResourceView"], "id" | "version">;
type Week = Record<number, Range[]>;

const shiftsQuery = (business: string, resource: string) => ({
  queryKey: ["business", business, "shifts", resource],
  queryFn: async () =>
    dataOf(
      await api.GET("/api/v1/businesses/{business_id}/resources/{resource_id}/shifts", {
        params: { path: { business_id: business, resource_id: resource } },
      }),
    ),
});

const weekOf = (days: Schema["WeekDay"][]): Week =>
  Object.fromEntries(weekdays.map((d) => [d, days.find((x) => x.weekday === d)?.ranges ?? []]));
const daysOf = (week: Week) => weekdays.flatMap((weekday) => (week[weekday]?.length ? [{ weekday, ranges: week[weekday] }] : []));

/** The shifts of somebody, or of a room: one week, or up to four that take turns. */
export function ShiftsForm({ resource }: { resource: Resource }) {
  const { id } = useBusiness();
  const query = useQuery(shiftsQuery(id, resource.id));
  return <Await query={query}>{(stored) => <Form stored={stored} resource={resource} />}</Await>;
}

function Form({ stored, resource }: { stored: Schema["ShiftsView"]; resource: Resource }) {
  const t = useTexts(words);
  const c = useTexts(common);
  const names = useWeekdayNames();
  const { id } = useBusiness();
  const queries = useQueryClient();
  const impact = useImpact();
  const [typed, setTyped] = useState<Week[] | null>(null);
  const [anchor, setAnchor] = useState(stored.anchor_date ?? todayIn("Asia/Tokyo"));
  const [shown, setShown] = useState("0");
  const [error, setError] = useState<unknown>(null);
  const weeks = typed ?? (stored.weeks.length ? stored.weeks.map((w) => weekOf(w.weekly)) : [weekOf(stored.weekly)]);
  const at = Math.min(Number(shown), weeks.length - 1);
  const week = weeks[at] ?? {};
  const set = (to: Week) => setTyped(weeks.map((w, i) => (i === at ? to : w)));

  const save = async () => {
    setError(null);
    const body =
      weeks.length === 1 ? { weekly: daysOf(weeks[0] ?? {}) } : { weeks: weeks.map((w) => ({ weekly: daysOf(w) })), anchor_date: anchor };
    try {
      const done = await impact.ask(async (dry_run) =>
        dataOf(
          await api.PUT("/api/v1/businesses/{business_id}/resources/{resource_id}/shifts", {
            params: {
              path: { business_id: id, resource_id: resource.id },
              query: { dry_run },
              header: { "If-Match": `"${resource.version}"` },
            },
            body,
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
  const editor = (
    <WeekField
      rows={weekdays.map((d) => ({ id: String(d), label: names[d] ?? "", ranges: week[d] ?? [] }))}
      offLabel={t.off}
      onChange={(day, to) => set({ ...week, [Number(day)]: to })}
      onCopy={(day) => set(Object.fromEntries(weekdays.map((d) => [d, week[Number(day)] ?? []])))}
    />
  );
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(e) => {
        e.preventDefault();
        void save();
      }}
    >
      <div className="grid grid-cols-2 gap-4">
        <SelectField
          label={t.weeks}
          value={weeks.length}
          onChange={(e) => setTyped(Array.from({ length: Number(e.target.value) }, (_, i) => weeks[i] ?? weeks[0] ?? {}))}
        >
          {[1, 2, 3, 4].map((n) => (
            <option key={n} value={n}>
              {n}
            </option>
          ))}
        </SelectField>
        {weeks.length > 1 && (
          <TextField
            label={t.anchor}
            type="date"
            value={anchor}
            onChange={(e) => {
              setAnchor(e.target.value);
              setTyped(weeks);
            }}
            error={fieldFaults(error)["anchor_date"]}
          />
        )}
      </div>
      {weeks.length > 1 ? (
        <Tabs
          label={t.weeks}
          tabs={weeks.map((_, i) => ({ id: String(i), label: t.weekN(i + 1) }))}
          chosen={String(at)}
          onChoose={setShown}
        >
          {editor}
        </Tabs>
      ) : (
        editor
      )}
      <Fault>{error ? explain(error, ["anchor_date"]) : ""}</Fault>
      <Button type="submit" kind="primary" className="self-end" busy={impact.busy} disabled={typed === null}>
        {c.save}
      </Button>
      {impact.dialog}
    </form>
  );
}
