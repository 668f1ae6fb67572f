import { useQuery } from "@tanstack/react-query";
import type { Schema } from "@/api/client";
import { useBusiness } from "@/shell/business";
import { inLang } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { CheckField, SelectField, TextField } from "@/ui/field";
import { LocalizedField } from "@/ui/localized";
import { NumberField } from "@/ui/number";
import { NeedField } from "./need";
import { categoriesQuery, optionsQuery, ranksQuery } from "./queries";
import { faultsOfNeed, type ServiceDraft } from "./service";
import { words } from "./texts";

// The parts of the form of a service.

interface PartProps {
  v: ServiceDraft;
  set: <K extends keyof ServiceDraft>(key: K, to: ServiceDraft[K]) => void;
  faults: Record<string, string>;
  resources: Schema["ResourceView"][];
}

const heading = "text-lg font-semibold";

export function Basics({ v, set, faults }: PartProps) {
  const t = useTexts(words);
  const lang = useLang();
  const { id } = useBusiness();
  const categories = useQuery(categoriesQuery(id));
  return (
    <section className="flex flex-col gap-4">
      <h3 className={heading}>{t.basics}</h3>
      <LocalizedField
        label={t.name}
        required
        maxLength={100}
        value={v.name}
        onChange={(to) => set("name", to)}
        errors={{ ja: faults["name.ja"], en: faults["name.en"] }}
      />
      <div className="grid grid-cols-2 gap-4">
        <NumberField
          label={t.price}
          min={0}
          value={v.price.amount}
          onChange={(n) => set("price", { ...v.price, amount: n ?? 0 })}
          error={faults["price.amount"] ?? faults["price"]}
        />
        <NumberField
          label={t.duration}
          min={5}
          max={1440}
          value={v.duration_minutes}
          onChange={(n) => set("duration_minutes", n ?? 0)}
          error={faults["duration_minutes"]}
        />
        <SelectField
          label={t.category}
          value={v.category_id ?? ""}
          onChange={(e) => set("category_id", e.target.value || null)}
          error={faults["category_id"]}
        >
          <option value="">{t.other}</option>
          {(categories.data ?? []).map((c) => (
            <option key={c.id} value={c.id}>
              {inLang(c.name, lang)}
            </option>
          ))}
        </SelectField>
        <SelectField label={t.tax} value={v.tax_percent ?? 10} onChange={(e) => set("tax_percent", Number(e.target.value) as 8 | 10)}>
          <option value={10}>10%</option>
          <option value={8}>8%</option>
        </SelectField>
      </div>
      <LocalizedField
        label={t.description}
        long
        maxLength={5000}
        value={v.description}
        onChange={(to) => set("description", to)}
        errors={{ ja: faults["description.ja"], en: faults["description.en"] }}
      />
      <CheckField label={t.active} checked={v.active ?? true} onChange={(e) => set("active", e.target.checked)} />
    </section>
  );
}

export function Needs({ v, set, faults, resources }: PartProps) {
  const t = useTexts(words);
  const needs = v.requirements;
  return (
    <section className="flex flex-col gap-3">
      <h3 className={heading}>{t.needs}</h3>
      <p className="text-sm text-ink-soft">{t.needsHint}</p>
      {needs.map((need, i) => (
        <NeedField
          // biome-ignore lint/suspicious/noArrayIndexKey: needs have no name but their place
          key={i}
          need={need}
          resources={resources}
          faults={faultsOfNeed(faults, i)}
          onChange={(to) =>
            set(
              "requirements",
              needs.map((n, j) => (j === i ? to : n)),
            )
          }
          onRemove={
            needs.length > 1
              ? () =>
                  set(
                    "requirements",
                    needs.filter((_, j) => j !== i),
                  )
              : undefined
          }
        />
      ))}
      {faults["requirements"] && <p className="text-sm font-medium text-bad">{faults["requirements"]}</p>}
      <Button
        className="self-start"
        onClick={() => set("requirements", [...needs, { kind: needs.some((n) => n.kind === "staff") ? "room" : "staff" }])}
      >
        {t.addNeed}
      </Button>
    </section>
  );
}

export function Conditions({ v, set, faults }: PartProps) {
  const t = useTexts(words);
  const many = (v.max_party ?? 1) > 1;
  return (
    <section className="flex flex-col gap-4">
      <h3 className={heading}>{t.forWhom}</h3>
      <div className="grid grid-cols-2 gap-4">
        <SelectField
          label={t.nomination}
          value={v.nomination ?? (v.requirements.some((n) => n.kind === "staff") ? "optional" : "none")}
          error={faults["nomination"]}
          onChange={(e) => set("nomination", e.target.value as NonNullable<ServiceDraft["nomination"]>)}
        >
          {Object.entries(t.nominations).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t.customers}
          value={v.customers ?? "all"}
          onChange={(e) => set("customers", e.target.value as NonNullable<ServiceDraft["customers"]>)}
        >
          {Object.entries(t.customersOf).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </SelectField>
        <NumberField
          label={t.minParty}
          min={1}
          max={500}
          value={v.min_party ?? 1}
          onChange={(n) => set("min_party", n ?? 1)}
          error={faults["min_party"]}
        />
        <NumberField
          label={t.maxParty}
          min={1}
          max={500}
          value={v.max_party ?? v.min_party ?? 1}
          onChange={(n) => set("max_party", n ?? 1)}
          error={faults["max_party"]}
        />
        <SelectField
          label={t.gender}
          value={v.gender_note ?? "any"}
          onChange={(e) => set("gender_note", e.target.value as NonNullable<ServiceDraft["gender_note"]>)}
        >
          {Object.entries(t.genders).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </SelectField>
        <span />
        <TextField
          label={t.from}
          type="date"
          value={v.active_from ?? ""}
          onChange={(e) => set("active_from", e.target.value || null)}
          error={faults["active_from"]}
        />
        <TextField
          label={t.to}
          type="date"
          value={v.active_to ?? ""}
          onChange={(e) => set("active_to", e.target.value || null)}
          error={faults["active_to"]}
        />
      </div>
      {many && <CheckField label={t.perPerson} checked={v.per_person ?? false} onChange={(e) => set("per_person", e.target.checked)} />}
      {v.requirements.some((n) => n.kind === "seat") && (
        <CheckField label={t.turn} checked={v.turn ?? false} onChange={(e) => set("turn", e.target.checked)} />
      )}
    </section>
  );
}

/** Options and the prices by rank, where the business has such. */
export function Extras({ v, set, faults }: PartProps) {
  const t = useTexts(words);
  const lang = useLang();
  const { id } = useBusiness();
  const options = useQuery(optionsQuery(id)).data ?? [];
  const ranks = useQuery(ranksQuery(id)).data ?? [];
  const chosen = v.option_ids ?? [];
  const prices = v.prices ?? [];
  const setPrice = (rank: string, amount: number | null) => {
    const others = prices.filter((p) => p.rank_id !== rank);
    set("prices", amount === null ? others : [...others, { rank_id: rank, price: { amount, currency: v.price.currency } }]);
  };
  return (
    <>
      {options.length > 0 && (
        <fieldset>
          <legend className={heading}>{t.options}</legend>
          <div className="flex flex-wrap gap-x-5">
            {options.map((o) => (
              <CheckField
                key={o.id}
                label={<bdi>{inLang(o.name, lang)}</bdi>}
                checked={chosen.includes(o.id)}
                onChange={(e) => set("option_ids", e.target.checked ? [...chosen, o.id] : chosen.filter((x) => x !== o.id))}
              />
            ))}
          </div>
        </fieldset>
      )}
      {ranks.length > 0 && (
        <fieldset>
          <legend className={heading}>{t.rankPrices}</legend>
          <p className="mb-2 text-sm text-ink-soft">{t.rankHint}</p>
          <div className="grid grid-cols-2 gap-4">
            {ranks.map((r) => (
              <NumberField
                key={r.id}
                label={inLang(r.name, lang)}
                min={0}
                value={prices.find((p) => p.rank_id === r.id)?.price.amount ?? null}
                onChange={(n) => setPrice(r.id, n)}
              />
            ))}
          </div>
          {faults["prices"] && <p className="text-sm font-medium text-bad">{faults["prices"]}</p>}
        </fieldset>
      )}
    </>
  );
}
