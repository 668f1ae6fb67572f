import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { explain } from "@/api/problem";
import { inLang } from "@/text/format";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/field";
import { NumberField } from "@/ui/number";
import { Fault } from "@/ui/state";
import { type MenuRow, servedBy, suggestedMenus } from "./suggestions";
import { words } from "./texts";
import { useStep } from "./use-step";

interface Props {
  profile: Schema["BusinessView"];
  services: Schema["ServiceView"][];
  onDone: () => Promise<void>;
}

/** The first services, as shops of the trade have them. */
export function MenusStep({ profile, services, onDone }: Props) {
  const t = useTexts(words);
  const kind = servedBy(profile.vertical);
  const [rows, setRows] = useState<MenuRow[]>(services.length > 0 ? [] : suggestedMenus(profile.vertical));
  const step = useStep(async () => {
    for (const row of [...rows]) {
      if (row.ja.trim()) {
        dataOf(
          await api.POST("/api/v1/businesses/{business_id}/services", {
            params: { path: { business_id: profile.id } },
            body: {
              name: { ja: row.ja, ...(row.en && { en: row.en }) },
              duration_minutes: row.minutes,
              price: { amount: row.yen, currency: profile.currency },
              requirements: [{ kind }],
              ...(kind !== "staff" && { max_party: 8 }),
            },
          }),
        );
      }
      setRows((now) => now.filter((r) => r !== row)); // what was made before a refusal is not made twice
    }
  }, onDone);
  const set = (i: number, to: Partial<MenuRow>) => setRows(rows.map((r, j) => (j === i ? { ...r, ...to } : r)));
  return (
    <form noValidate className="flex max-w-3xl flex-col gap-4" onSubmit={(e) => void step.submit(e)}>
      <p className="text-ink-soft">{t.menusText}</p>
      <Fault>{step.error ? explain(step.error) : ""}</Fault>
      {services.length > 0 && (
        <ul className="flex flex-wrap gap-2">
          {services.map((s) => (
            <li key={s.id} className="rounded-full bg-sunken px-3 py-1">
              <bdi>{inLang(s.name)}</bdi>
            </li>
          ))}
        </ul>
      )}
      {rows.map((row, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row has no name but its place
        <fieldset key={i} className="flex flex-wrap items-end gap-3">
          <legend className="sr-only">{t.row(i + 1)}</legend>
          <TextField
            className="min-w-48 flex-1"
            label={t.name}
            maxLength={100}
            value={row.ja}
            // The English name was of the suggestion.
            onChange={(e) => set(i, { ja: e.target.value, en: "" })}
          />
          <NumberField
            className="w-24"
            label={t.minutes}
            min={5}
            max={1440}
            value={row.minutes}
            onChange={(n) => set(i, { minutes: n ?? 0 })}
          />
          <NumberField className="w-36" label={t.price} min={0} value={row.yen} onChange={(n) => set(i, { yen: n ?? 0 })} />
          <Button kind="quiet" aria-label={t.removeRow(i + 1)} onClick={() => setRows(rows.filter((_, j) => j !== i))}>
            <span aria-hidden>✕</span>
          </Button>
        </fieldset>
      ))}
      <div className="flex gap-2">
        <Button type="submit" kind="primary" busy={step.busy} disabled={services.length === 0 && !rows.some((r) => r.ja.trim())}>
          {t.next}
        </Button>
        <Button onClick={() => setRows([...rows, { ja: "", en: "", minutes: 60, yen: 0 }])}>{t.addRow}</Button>
      </div>
    </form>
  );
}
