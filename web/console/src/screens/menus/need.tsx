import type { Schema } from "@/api/client";
import { inLang } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { CheckField, SelectField } from "@/ui/field";
import { NumberField } from "@/ui/number";
import { words } from "./texts";

export type Need = Schema["RequirementInput"];

interface Props {
  need: Need;
  resources: Schema["ResourceView"][];
  onChange: (to: Need) => void;
  onRemove?: (() => void) | undefined;
  /** Faults of this need, by the name of its property. */
  faults: Record<string, string>;
}

/** Somebody or something that a service needs while it lasts. */
export function NeedField({ need, resources, onChange, onRemove, faults }: Props) {
  const t = useTexts(words);
  const lang = useLang();
  const fitting = resources.filter((r) => r.kind === need.kind && r.active);
  const chosen = need.resource_ids ?? [];
  const gap = need.gap_start_minute !== undefined;
  const withoutGap = ({ gap_start_minute: _, gap_end_minute: __, ...rest }: Need): Need => rest;
  return (
    <fieldset className="rounded-lg border border-line p-3">
      <legend className="px-1 font-medium">{t.kinds[need.kind]}</legend>
      <div className="flex flex-col gap-3">
        <SelectField
          label={t.needKind}
          value={need.kind}
          error={faults["kind"]}
          onChange={(e) => onChange({ ...need, kind: e.target.value as Need["kind"], resource_ids: [] })}
        >
          {Object.entries(t.kinds).map(([kind, name]) => (
            <option key={kind} value={kind}>
              {name}
            </option>
          ))}
        </SelectField>
        <fieldset>
          <legend className="font-medium">{t.who}</legend>
          <p className="text-sm text-ink-soft">{fitting.length ? t.whoHint : t.noResources}</p>
          <div className="flex flex-wrap gap-x-5">
            {fitting.map((r) => (
              <CheckField
                key={r.id}
                label={<bdi>{inLang(r.name, lang)}</bdi>}
                checked={chosen.includes(r.id)}
                onChange={(e) =>
                  onChange({ ...need, resource_ids: e.target.checked ? [...chosen, r.id] : chosen.filter((x) => x !== r.id) })
                }
              />
            ))}
          </div>
          {faults["resource_ids"] && <p className="text-sm font-medium text-bad">{faults["resource_ids"]}</p>}
        </fieldset>
        <div className="grid grid-cols-3 gap-3">
          <NumberField
            label={t.units}
            min={1}
            max={200}
            value={need.units ?? 1}
            onChange={(n) => onChange({ ...need, units: n ?? 1 })}
            error={faults["units"]}
          />
          <NumberField
            label={t.before}
            min={0}
            max={240}
            value={need.before_minutes ?? 0}
            onChange={(n) => onChange({ ...need, before_minutes: n ?? 0 })}
            error={faults["before_minutes"]}
          />
          <NumberField
            label={t.after}
            min={0}
            max={240}
            value={need.after_minutes ?? 0}
            onChange={(n) => onChange({ ...need, after_minutes: n ?? 0 })}
            error={faults["after_minutes"]}
          />
        </div>
        <CheckField
          label={t.gap}
          hint={t.gapHint}
          checked={gap}
          onChange={(e) => onChange(e.target.checked ? { ...need, gap_start_minute: 30, gap_end_minute: 60 } : withoutGap(need))}
        />
        {gap && (
          <div className="grid grid-cols-2 gap-3">
            <NumberField
              label={t.gapStart}
              min={5}
              max={1440}
              value={need.gap_start_minute ?? null}
              onChange={(n) => onChange({ ...need, gap_start_minute: n ?? 5 })}
              error={faults["gap_start_minute"]}
            />
            <NumberField
              label={t.gapEnd}
              min={5}
              max={1440}
              value={need.gap_end_minute ?? null}
              onChange={(n) => onChange({ ...need, gap_end_minute: n ?? 5 })}
              error={faults["gap_end_minute"]}
            />
          </div>
        )}
        {onRemove && (
          <Button className="self-end" onClick={onRemove}>
            {t.removeNeed}
          </Button>
        )}
      </div>
    </fieldset>
  );
}
