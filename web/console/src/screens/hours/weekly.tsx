import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, isProblem, type Schema } from "@/api/client";
import { explain } from "@/api/problem";
import { useBusiness } from "@/shell/business";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { CheckField } from "@/ui/field";
import { useImpact } from "@/ui/impact";
import { Section } from "@/ui/page";
import { type Range, weekdays } from "@/ui/ranges";
import { Await, Fault } from "@/ui/state";
import { useWeekdayNames, WeekField } from "@/ui/week";
import { hoursQuery, profileQuery } from "./queries";
import { bodyOf, rowsOf } from "./rows";
import { words } from "./texts";

type Hours = Schema["HoursView"];

export function WeeklyPart() {
  const { id } = useBusiness();
  const hours = useQuery(hoursQuery(id));
  const profile = useQuery(profileQuery(id));
  return <Await query={hours}>{(h) => <Await query={profile}>{(p) => <WeeklyForm stored={h} version={p.version} />}</Await>}</Await>;
}

function WeeklyForm({ stored, version }: { stored: Hours; version: number }) {
  const t = useTexts(words);
  const names = useWeekdayNames();
  const { id } = useBusiness();
  const queries = useQueryClient();
  const impact = useImpact();
  const [typed, setTyped] = useState<Record<string, Range[]> | null>(null);
  const [error, setError] = useState<unknown>(null);
  const rows = typed ?? rowsOf(stored);

  const save = async () => {
    setError(null);
    try {
      const done = await impact.ask(async (dry_run) =>
        dataOf(
          await api.PUT("/api/v1/businesses/{business_id}/hours", {
            params: { path: { business_id: id }, query: { dry_run }, header: { "If-Match": `"${version}"` } },
            body: bodyOf(rows),
          }),
        ),
      );
      if (!done) return;
      await queries.invalidateQueries({ queryKey: ["business", id] });
      setTyped(null);
    } catch (e) {
      if (isProblem(e, "precondition.stale")) await queries.invalidateQueries({ queryKey: profileQuery(id).queryKey });
      setError(e);
    }
  };
  const toggle = (row: "holiday" | "eve", on: boolean) => {
    const { [row]: _, ...others } = rows;
    setTyped(on ? { ...others, [row]: rows["0"] ?? [] } : others);
  };
  const labels: Record<string, string> = { holiday: t.holiday, eve: t.eve };
  const order = [...weekdays.map(String), "holiday", "eve"].filter((row) => rows[row]);
  return (
    <Section title={t.tabs.weekly}>
      <form
        noValidate
        onSubmit={(e) => {
          e.preventDefault();
          void save();
        }}
      >
        <WeekField
          rows={order.map((row) => ({ id: row, label: labels[row] ?? names[Number(row)] ?? row, ranges: rows[row] ?? [] }))}
          offLabel={t.closed}
          onChange={(row, to) => setTyped({ ...rows, [row]: to })}
          onCopy={(row) => setTyped({ ...rows, ...Object.fromEntries(weekdays.map((day) => [day, rows[row] ?? []])) })}
        />
        <div className="my-4 flex flex-wrap gap-x-6">
          <CheckField label={t.holidayOwn} checked={rows["holiday"] !== undefined} onChange={(e) => toggle("holiday", e.target.checked)} />
          <CheckField label={t.eveOwn} checked={rows["eve"] !== undefined} onChange={(e) => toggle("eve", e.target.checked)} />
        </div>
        <Fault>{error ? explain(error) : ""}</Fault>
        <div className="mt-3 flex justify-end">
          <Button type="submit" kind="primary" busy={impact.busy} disabled={typed === null}>
            {t.save}
          </Button>
        </div>
      </form>
      {impact.dialog}
    </Section>
  );
}
