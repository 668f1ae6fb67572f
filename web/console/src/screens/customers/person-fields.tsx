import type { FieldFaults } from "@/api/problem";
import { langNames } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { SelectField, TextField } from "@/ui/field";
import type { Typed } from "./person";
import { TagsField } from "./tags-field";
import { words } from "./texts";

interface Props {
  value: Typed;
  set: <K extends keyof Typed>(key: K, to: Typed[K]) => void;
  faults: FieldFaults;
  disabled?: boolean;
}

/** All that can be typed of a customer. */
export function PersonFields({ value: v, set, faults, disabled = false }: Props) {
  const t = useTexts(words);
  const line = (field: Exclude<keyof Typed, "tags" | "locale">, more: Partial<Parameters<typeof TextField>[0]> = {}) => (
    <TextField
      label={t.fields[field]}
      value={v[field]}
      onChange={(e) => set(field, e.target.value)}
      error={faults[field]}
      disabled={disabled}
      autoComplete="off"
      {...more}
    />
  );
  return (
    <>
      <div className="grid grid-cols-2 gap-3">
        {line("family_name", { maxLength: 200 })}
        {line("given_name", { maxLength: 200 })}
        {line("family_name_kana", { maxLength: 200, lang: "ja" })}
        {line("given_name_kana", { maxLength: 200, lang: "ja" })}
        <p className="col-span-2 -mt-2 text-sm text-ink-soft">{t.kanaHint}</p>
      </div>
      <div className="grid gap-3 sm:grid-cols-2">
        {line("phone", { type: "tel", inputMode: "tel", maxLength: 50 })}
        {line("email", { type: "email", inputMode: "email", maxLength: 254 })}
        {line("birth_date", { maxLength: 40, hint: t.birthHint })}
        <SelectField
          label={t.fields.locale}
          value={v.locale}
          disabled={disabled}
          onChange={(e) => set("locale", e.target.value as Typed["locale"])}
          error={faults["locale"]}
        >
          {Object.entries(langNames).map(([l, name]) => (
            <option key={l} value={l} lang={l}>
              {name}
            </option>
          ))}
        </SelectField>
      </div>
      <TagsField tags={v.tags} onChange={(tags) => set("tags", tags)} error={faults["tags"]} disabled={disabled} />
    </>
  );
}
