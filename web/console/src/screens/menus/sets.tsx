import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { servicesQuery } from "@/api/business";
import { api, dataOf, type Schema } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { useBusiness } from "@/shell/business";
import { common } from "@/text/common";
import { inLang, money } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { useDraft } from "@/ui/draft";
import { CheckField, SelectField } from "@/ui/field";
import { LocalizedField } from "@/ui/localized";
import { NumberField } from "@/ui/number";
import { Badge, Section } from "@/ui/page";
import { Await, Empty, Fault } from "@/ui/state";
import { toast } from "@/ui/toast";
import { setsQuery } from "./queries";
import { words } from "./texts";

type SetOfServices = Schema["SetView"];

export function SetsPart() {
  const t = useTexts(words);
  const lang = useLang();
  const { id } = useBusiness();
  const query = useQuery(setsQuery(id));
  const services = useQuery(servicesQuery(id));
  const [open, setOpen] = useState<SetOfServices | "new" | null>(null);
  const nameOf = (service: string) => {
    const found = services.data?.find((s) => s.id === service);
    return found ? inLang(found.name, lang) : "…";
  };
  const add = (
    <Button kind="primary" onClick={() => setOpen("new")}>
      {t.addSet}
    </Button>
  );
  return (
    <>
      <Await query={query}>
        {(list) =>
          list.length === 0 ? (
            <Empty title={t.noSets}>
              <p className="text-ink-soft">{t.setsHint}</p>
              {add}
            </Empty>
          ) : (
            <>
              <div className="mb-4 flex justify-end">{add}</div>
              {list.map((s) => (
                <Section
                  key={s.id}
                  title={
                    <>
                      <bdi>{inLang(s.name, lang)}</bdi> {!s.active && <Badge>{t.archived}</Badge>}
                    </>
                  }
                  actions={<Button onClick={() => setOpen(s)}>{t.basics}</Button>}
                >
                  <div className="flex flex-wrap justify-between gap-3">
                    <bdi>{s.service_ids.map(nameOf).join(" + ")}</bdi>
                    <span className="tabular font-semibold">{money(s.price, lang)}</span>
                  </div>
                </Section>
              ))}
            </>
          )
        }
      </Await>
      {open && services.data && (
        <SetSheet
          key={open === "new" ? "new" : open.id}
          stored={open === "new" ? null : open}
          services={services.data}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  );
}

const blank: Schema["CreateSetBody"] = { name: { ja: "" }, price: { amount: 0, currency: "JPY" }, service_ids: [], active: true };
const known = ["name.ja", "name.en", "price.amount", "price", "service_ids"];

interface SheetProps {
  stored: SetOfServices | null;
  services: Schema["ServiceView"][];
  onClose: () => void;
}

function SetSheet({ stored, services, onClose }: SheetProps) {
  const t = useTexts(words);
  const c = useTexts(common);
  const lang = useLang();
  const { id } = useBusiness();
  const queries = useQueryClient();
  const draft = useDraft<Schema["CreateSetBody"]>(
    stored ? { name: stored.name, price: stored.price, service_ids: stored.service_ids, active: stored.active } : blank,
  );
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const faults = fieldFaults(error);
  const v = draft.value;
  const save = async () => {
    setBusy(true);
    setError(null);
    try {
      if (stored) {
        dataOf(
          await api.PATCH("/api/v1/businesses/{business_id}/service-sets/{set_id}", {
            params: { path: { business_id: id, set_id: stored.id }, header: { "If-Match": `"${stored.version}"` } },
            body: draft.changes,
          }),
        );
      } else {
        dataOf(await api.POST("/api/v1/businesses/{business_id}/service-sets", { params: { path: { business_id: id } }, body: v }));
      }
      toast(stored ? c.saved : t.created);
      await queries.invalidateQueries({ queryKey: ["business", id] });
      onClose();
    } catch (e) {
      setError(e);
      void queries.invalidateQueries({ queryKey: setsQuery(id).queryKey });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title={t.addSet}>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(e) => {
          e.preventDefault();
          void save();
        }}
      >
        <Fault>{error ? explain(error, known) : ""}</Fault>
        <LocalizedField
          label={t.name}
          required
          maxLength={100}
          value={v.name}
          onChange={(to) => draft.set("name", to)}
          errors={{ ja: faults["name.ja"], en: faults["name.en"] }}
        />
        <NumberField
          label={t.setPrice}
          min={0}
          value={v.price.amount}
          onChange={(n) => draft.set("price", { ...v.price, amount: n ?? 0 })}
          error={faults["price.amount"] ?? faults["price"]}
        />
        <fieldset className="flex flex-col gap-2">
          <legend className="font-medium">{t.services}</legend>
          <ol className="flex flex-col gap-1">
            {v.service_ids.map((s, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: one service may stand in a set twice
              <li key={i} className="flex items-center justify-between gap-2 rounded-lg bg-sunken px-3">
                <bdi>
                  {i + 1}. {inLang(services.find((x) => x.id === s)?.name ?? { ja: "…" }, lang)}
                </bdi>
                <Button
                  kind="quiet"
                  aria-label={c.remove}
                  onClick={() =>
                    draft.set(
                      "service_ids",
                      v.service_ids.filter((_, j) => j !== i),
                    )
                  }
                >
                  <span aria-hidden>✕</span>
                </Button>
              </li>
            ))}
          </ol>
          <SelectField
            label={t.addService}
            value=""
            error={faults["service_ids"]}
            onChange={(e) => e.target.value && draft.set("service_ids", [...v.service_ids, e.target.value])}
          >
            <option value="" />
            {services
              .filter((s) => s.active)
              .map((s) => (
                <option key={s.id} value={s.id}>
                  {inLang(s.name, lang)}
                </option>
              ))}
          </SelectField>
        </fieldset>
        <CheckField label={t.active} checked={v.active ?? true} onChange={(e) => draft.set("active", e.target.checked)} />
        <Button type="submit" kind="primary" busy={busy} disabled={stored !== null && !draft.changed}>
          {stored ? c.save : c.add}
        </Button>
      </form>
    </Dialog>
  );
}
