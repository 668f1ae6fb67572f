import { useState } from "react";
import { useBusiness } from "@/shell/business";
import { useTexts } from "@/text/texts";
import { buttonLook } from "@/ui/button";
import { SelectField } from "@/ui/field";
import { Section } from "@/ui/page";
import { words } from "./texts";

type Shape = "csv" | "csv-sjis" | "json";

/** Everything that may be taken away, in the order of how often it is wanted. */
const kinds = [
  "customers",
  "bookings",
  "booking-history",
  "services",
  "options",
  "resources",
  "members",
  "business",
  "opening-hours",
  "special-days",
  "closing-rules",
  "periods",
  "shifts",
  "shift-exceptions",
  "breaks",
  "leaves",
  "resource-joins",
  "staff-ranks",
  "service-categories",
  "service-sets",
  "service-hours",
  "service-prices",
  "service-options",
  "requirements",
  "customer-notes",
  "consents",
  "booking-reasons",
  "audit",
  "all",
] as const;

export function DataPart() {
  const t = useTexts(words);
  const { id } = useBusiness();
  const [kind, setKind] = useState<(typeof kinds)[number]>("customers");
  const [shape, setShape] = useState<Shape>("csv");
  const json = shape === "json" || kind === "all";
  const query = json ? "format=json" : `format=csv&charset=${shape === "csv-sjis" ? "shift_jis" : "utf-8"}`;
  return (
    <Section title={t.tabs.data}>
      <p className="mb-4 text-ink-soft">{t.dataHint}</p>
      <div className="flex flex-wrap items-end gap-3">
        <SelectField className="w-64" label={t.kind} value={kind} onChange={(e) => setKind(e.target.value as typeof kind)}>
          {kinds.map((k) => (
            <option key={k} value={k}>
              {t.kinds[k]}
            </option>
          ))}
        </SelectField>
        <SelectField
          className="w-56"
          label={t.format}
          value={json ? "json" : shape}
          disabled={kind === "all"}
          onChange={(e) => setShape(e.target.value as Shape)}
        >
          <option value="csv">CSV (UTF-8)</option>
          <option value="csv-sjis">CSV (Shift_JIS, Excel)</option>
          <option value="json">JSON</option>
        </SelectField>
        <a className={buttonLook("primary")} href={`/api/v1/businesses/${id}/exports/${kind}?${query}`} download>
          {t.download}
        </a>
      </div>
    </Section>
  );
}
