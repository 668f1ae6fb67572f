import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { explain } from "@/api/problem";
import { inLang } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/field";
import { NumberField } from "@/ui/number";
import { Fault } from "@/ui/state";
import { Kept } from "./kept";
import { type MenuRow, menuSets, servedBy, suggestedMenus } from "./suggestions";
import { words } from "./texts";
import { useStep } from "./use-step";

interface Props {
  profile: Schema["BusinessView"];
  services: Schema["ServiceView"][];
  onDone: () => Promise<void>;
}

const known = ["name.ja", "duration_minutes", "price", "price.amount"];

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
              duration_minutes: row.minutes ?? 0,
              price: { amount: row.yen ?? 0, currency: profile.currency },
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
  const named = rows.filter((r) => r.ja.trim());
  const unpriced = named.some((r) => r.yen === null || r.minutes === null);
  return (
    <form noValidate className="flex max-w-3xl flex-col gap-4" onSubmit={(e) => void step.submit(e)}>
      <p className="text-ink-soft">{services.length > 0 ? t.menusMore : t.menusText}</p>
      {/* Rows are made in their order, so a refusal speaks of the first that is left. */}
      <Fault>{step.error ? explain(step.error, known) : ""}</Fault>
      {services.length === 0 && <Kinds vertical={profile.vertical} onChoose={(i) => setRows(suggestedMenus(profile.vertical, i))} />}
      <Kept names={services.filter((s) => s.active).map((s) => inLang(s.name))} />
      {rows.map((row, i) => (
        <Row
          // biome-ignore lint/suspicious/noArrayIndexKey: a row has no name but its place
          key={i}
          number={i + 1}
          row={row}
          faults={i === 0 ? step.faults : {}}
          onChange={(to) => set(i, to)}
          onRemove={() => setRows(rows.filter((_, j) => j !== i))}
        />
      ))}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" kind="primary" busy={step.busy} disabled={(services.length === 0 && named.length === 0) || unpriced}>
          {t.next}
        </Button>
        <Button onClick={() => setRows([...rows, { ja: "", en: "", minutes: 60, yen: null }])}>{t.addRow}</Button>
      </div>
    </form>
  );
}

/** Other examples, where a trade has shops of several kinds. */
function Kinds({ vertical, onChoose }: { vertical: Schema["BusinessView"]["vertical"]; onChoose: (i: number) => void }) {
  const t = useTexts(words);
  const lang = useLang();
  const [chosen, setChosen] = useState(0);
  const sets = menuSets(vertical);
  if (sets.length < 2) return null;
  return (
    <fieldset className="flex flex-wrap items-center gap-2">
      <legend className="mb-1 font-medium">{t.examples}</legend>
      {sets.map((set, i) => (
        <Button
          key={set.name.en}
          aria-pressed={chosen === i}
          kind={chosen === i ? "primary" : "plain"}
          onClick={() => {
            setChosen(i);
            onChoose(i);
          }}
        >
          {set.name[lang]}
        </Button>
      ))}
    </fieldset>
  );
}

interface RowProps {
  number: number;
  row: MenuRow;
  faults: Record<string, string>;
  onChange: (to: Partial<MenuRow>) => void;
  onRemove: () => void;
}

function Row({ number, row, faults, onChange, onRemove }: RowProps) {
  const t = useTexts(words);
  const wanted = (value: number | null) => (row.ja.trim() && value === null ? t.needed : undefined);
  return (
    <fieldset className="flex flex-wrap items-start gap-3">
      <legend className="sr-only">{t.row(number)}</legend>
      <TextField
        className="min-w-48 flex-1"
        label={t.name}
        maxLength={100}
        value={row.ja}
        // The English name was of the suggestion.
        onChange={(e) => onChange({ ja: e.target.value, en: "" })}
        error={faults["name.ja"]}
      />
      <NumberField
        className="w-28"
        label={t.minutes}
        min={5}
        max={1440}
        value={row.minutes}
        onChange={(minutes) => onChange({ minutes })}
        error={faults["duration_minutes"] ?? wanted(row.minutes)}
      />
      <NumberField
        className="w-36"
        label={t.price}
        min={0}
        value={row.yen}
        onChange={(yen) => onChange({ yen })}
        error={faults["price.amount"] ?? faults["price"] ?? wanted(row.yen)}
      />
      <Button kind="quiet" className="mt-7" aria-label={t.removeRow(number)} onClick={onRemove}>
        <span aria-hidden>✕</span>
      </Button>
    </fieldset>
  );
}
