import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { explain } from "@/api/problem";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { SelectField, TextField } from "@/ui/field";
import { Fault } from "@/ui/state";
import { words } from "./texts";
import { useStep } from "./use-step";

interface Props {
  profile: Schema["BusinessView"];
  onDone: () => Promise<void>;
}

type Place = Schema["PlaceView"];
const fields = ["phone", "postal_code", "prefecture", "city", "address_line"] as const;

/** Seven digits in any width, with or without signs between them; undefined for anything else. */
const postalCode = (typed: string) => /^\d{7}$/.exec(typed.normalize("NFKC").replaceAll(/\D/g, ""))?.[0];

export function ShopStep({ profile, onDone }: Props) {
  const t = useTexts(words);
  const [v, setV] = useState({
    phone: profile.phone_national,
    postal_code: profile.postal_code,
    prefecture: profile.prefecture,
    city: profile.city,
    address_line: profile.address_line,
  });
  const [found, setFound] = useState<{ code: string; places: Place[] } | null>(null);
  const step = useStep(
    async () =>
      dataOf(
        await api.PATCH("/api/v1/businesses/{business_id}", {
          params: { path: { business_id: profile.id }, header: { "If-Match": `"${profile.version}"` } },
          body: v,
        }),
      ),
    onDone,
  );
  // The town gives way to another town, and to nothing that was typed.
  const take = (place: Place, before: Place[] = []) =>
    setV((now) => ({
      ...now,
      prefecture: place.prefecture,
      city: place.city,
      address_line: now.address_line === "" || before.some((p) => p.town === now.address_line) ? place.town : now.address_line,
    }));
  const fill = async (typed: string) => {
    const code = postalCode(typed);
    if (!code || code === found?.code) return;
    try {
      const answer = await api.GET("/api/v1/public/postal-codes/{postal_code}", { params: { path: { postal_code: code } } });
      const places = answer.data?.places ?? [];
      setFound({ code, places });
      if (places[0]) take(places[0], found?.places);
    } catch {
      setFound(null); // without an answer the address is typed
    }
  };
  const line = (key: (typeof fields)[number], label: string, more: object = {}) => (
    <TextField label={label} value={v[key]} onChange={(e) => setV({ ...v, [key]: e.target.value })} error={step.faults[key]} {...more} />
  );
  const unknown = found?.places.length === 0 && found.code === postalCode(v.postal_code);
  return (
    <form noValidate className="flex max-w-2xl flex-col gap-4" onSubmit={(e) => void step.submit(e)}>
      <p className="text-ink-soft">{t.shopText}</p>
      <Fault>{step.error ? explain(step.error, fields) : ""}</Fault>
      {line("phone", t.phone, { type: "tel", autoComplete: "tel", required: true })}
      {line("postal_code", t.postalCode, {
        hint: <span aria-live="polite">{unknown ? t.postalUnknown : t.addressHint}</span>,
        inputMode: "numeric",
        autoComplete: "postal-code",
        onChange: (e: React.ChangeEvent<HTMLInputElement>) => {
          setV({ ...v, postal_code: e.target.value });
          void fill(e.target.value);
        },
      })}
      {found && found.places.length > 1 && (
        <SelectField
          label={t.whichTown}
          onChange={(e) => {
            const place = found.places[Number(e.target.value)];
            if (place) take(place, found.places);
          }}
        >
          {found.places.map((p, i) => (
            <option key={`${p.prefecture}${p.city}${p.town}`} value={i}>
              {p.prefecture} {p.city} {p.town}
            </option>
          ))}
        </SelectField>
      )}
      <div className="grid gap-4 sm:grid-cols-3">
        {line("prefecture", t.prefecture, { autoComplete: "address-level1" })}
        {line("city", t.city, { autoComplete: "address-level2" })}
        {line("address_line", t.line, { autoComplete: "street-address" })}
      </div>
      <Button type="submit" kind="primary" className="self-start" busy={step.busy} disabled={!v.phone.trim() || !v.city.trim()}>
        {t.next}
      </Button>
    </form>
  );
}
