import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { explain } from "@/api/problem";
import { meQuery } from "@/api/session";
import { inLang } from "@/text/format";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/field";
import { NumberField } from "@/ui/number";
import { Fault } from "@/ui/state";
import { Kept } from "./kept";
import { type Place, servedBy, suggestedPlaces } from "./suggestions";
import { words } from "./texts";
import { useStep } from "./use-step";

interface Props {
  profile: Schema["BusinessView"];
  resources: Schema["ResourceView"][];
  onDone: () => Promise<void>;
}

/** Who takes bookings; at a restaurant or an inn, which tables or rooms there are. */
export function StaffStep({ profile, resources, onDone }: Props) {
  const t = useTexts(words);
  const me = useQuery(meQuery).data;
  const kind = servedBy(profile.vertical);
  const there = resources.filter((r) => r.active && r.kind === kind);
  const mine = me ? `${me.family_name} ${me.given_name}`.trim() : "";
  const [typed, setTyped] = useState<Place[] | null>(null);
  const rows = typed ?? (there.length > 0 ? [] : suggestedPlaces(profile.vertical, mine));
  // Those that are there are kept; a row without a name is none. What was made before a refusal is not made twice.
  const step = useStep(async () => {
    for (const row of [...rows]) {
      if (row.name.trim()) {
        dataOf(
          await api.POST("/api/v1/businesses/{business_id}/resources", {
            params: { path: { business_id: profile.id } },
            body: { kind, name: { ja: row.name }, ...(kind === "staff" ? { nominatable: true } : { max_party: row.people ?? 1 }) },
          }),
        );
      }
      setTyped((now) => (now ?? rows).filter((r) => r !== row));
    }
  }, onDone);
  const set = (i: number, to: Partial<Place>) => setTyped(rows.map((r, j) => (j === i ? { ...r, ...to } : r)));
  const text = { staff: t.staffText, seat: t.seatsText, room: t.roomsText }[kind];
  const label = { staff: t.person, seat: t.seat, room: t.room }[kind];
  const faults = (i: number) => (i === 0 ? step.faults : {}); // rows are made in their order
  return (
    <form noValidate className="flex max-w-2xl flex-col gap-4" onSubmit={(e) => void step.submit(e)}>
      <p className="text-ink-soft">{text}</p>
      <Fault>{step.error ? explain(step.error, ["name.ja", "max_party"]) : ""}</Fault>
      <Kept names={there.map((r) => inLang(r.name))} />
      {rows.map((row, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row has no name but its place
        <div key={i} className="flex items-start gap-3">
          <TextField
            className="flex-1"
            label={label(there.length + i + 1)}
            maxLength={100}
            value={row.name}
            onChange={(e) => set(i, { name: e.target.value })}
            error={faults(i)["name.ja"]}
          />
          {kind !== "staff" && (
            <NumberField
              className="w-24"
              label={t.capacity}
              min={1}
              max={500}
              value={row.people}
              onChange={(people) => set(i, { people })}
              error={faults(i)["max_party"]}
            />
          )}
          <Button kind="quiet" className="mt-7" aria-label={t.removeRow(i + 1)} onClick={() => setTyped(rows.filter((_, j) => j !== i))}>
            <span aria-hidden>✕</span>
          </Button>
        </div>
      ))}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" kind="primary" busy={step.busy} disabled={there.length === 0 && !rows.some((r) => r.name.trim())}>
          {t.next}
        </Button>
        <Button onClick={() => setTyped([...rows, { name: "", people: kind === "staff" ? null : 4 }])}>{t.addRow}</Button>
      </div>
    </form>
  );
}
