import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { explain } from "@/api/problem";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/field";
import { Fault } from "@/ui/state";
import { words } from "./texts";
import { useStep } from "./use-step";

interface Props {
  profile: Schema["BusinessView"];
  onDone: () => Promise<void>;
}

const fields = ["phone", "postal_code", "prefecture", "city", "address_line"] as const;

export function ShopStep({ profile, onDone }: Props) {
  const t = useTexts(words);
  const [v, setV] = useState({
    phone: profile.phone_national,
    postal_code: profile.postal_code,
    prefecture: profile.prefecture,
    city: profile.city,
    address_line: profile.address_line,
  });
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
  // Seven digits in any form are an address; what is not known is typed.
  const fill = async (code: string) => {
    const digits = code.normalize("NFKC").replaceAll(/\D/g, "");
    if (digits.length !== 7) return;
    const { data } = await api.GET("/api/v1/public/postal-codes/{postal_code}", { params: { path: { postal_code: digits } } });
    const place = data?.places[0];
    if (place) setV((now) => ({ ...now, prefecture: place.prefecture, city: place.city, address_line: now.address_line || place.town }));
  };
  const line = (key: (typeof fields)[number], label: string, more: object = {}) => (
    <TextField label={label} value={v[key]} onChange={(e) => setV({ ...v, [key]: e.target.value })} error={step.faults[key]} {...more} />
  );
  return (
    <form noValidate className="flex max-w-2xl flex-col gap-4" onSubmit={(e) => void step.submit(e)}>
      <p className="text-ink-soft">{t.shopText}</p>
      <Fault>{step.error ? explain(step.error, fields) : ""}</Fault>
      {line("phone", t.phone, { type: "tel", autoComplete: "tel", required: true })}
      {line("postal_code", t.postalCode, {
        hint: t.addressHint,
        inputMode: "numeric",
        autoComplete: "postal-code",
        onChange: (e: React.ChangeEvent<HTMLInputElement>) => {
          setV({ ...v, postal_code: e.target.value });
          void fill(e.target.value);
        },
      })}
      <div className="grid gap-4 sm:grid-cols-3">
        {line("prefecture", t.prefecture)}
        {line("city", t.city)}
        {line("address_line", t.line)}
      </div>
      <Button type="submit" kind="primary" className="self-start" busy={step.busy}>
        {t.next}
      </Button>
    </form>
  );
}
