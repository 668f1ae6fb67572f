import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
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
import { CheckField } from "@/ui/field";
import { LocalizedField } from "@/ui/localized";
import { NumberField } from "@/ui/number";
import { Badge, Table } from "@/ui/page";
import { Await, Empty, Fault } from "@/ui/state";
import { toast } from "@/ui/toast";
import { optionsQuery } from "./queries";
import { words } from "./texts";

type Option = Schema["OptionView"];

export function OptionsPart() {
  const t = useTexts(words);
  const lang = useLang();
  const { id } = useBusiness();
  const query = useQuery(optionsQuery(id));
  const [open, setOpen] = useState<Option | "new" | null>(null);
  const add = (
    <Button kind="primary" onClick={() => setOpen("new")}>
      {t.addOption}
    </Button>
  );
  return (
    <>
      <Await query={query}>
        {(list) =>
          list.length === 0 ? (
            <Empty title={t.noOptions}>{add}</Empty>
          ) : (
            <>
              <div className="mb-4 flex justify-end">{add}</div>
              <Table
                caption={t.tabs.options}
                head={
                  <tr>
                    <th>{t.name}</th>
                    <th>{t.extra}</th>
                    <th>{t.price}</th>
                  </tr>
                }
              >
                {list.map((o) => (
                  <tr key={o.id}>
                    <th scope="row">
                      <button type="button" className="target text-left text-base text-ink underline" onClick={() => setOpen(o)}>
                        <bdi>{inLang(o.name, lang)}</bdi>
                      </button>{" "}
                      {!o.active && <Badge>{t.archived}</Badge>}
                    </th>
                    <td className="tabular">{t.minutes(o.duration_minutes)}</td>
                    <td className="tabular">{money(o.price, lang)}</td>
                  </tr>
                ))}
              </Table>
            </>
          )
        }
      </Await>
      {open && <OptionSheet key={open === "new" ? "new" : open.id} option={open === "new" ? null : open} onClose={() => setOpen(null)} />}
    </>
  );
}

const blank: Schema["CreateOptionInput"] = { name: { ja: "" }, price: { amount: 0, currency: "JPY" }, duration_minutes: 0, active: true };
const known = ["name.ja", "name.en", "price.amount", "price", "duration_minutes"];

function OptionSheet({ option, onClose }: { option: Option | null; onClose: () => void }) {
  const t = useTexts(words);
  const c = useTexts(common);
  const { id } = useBusiness();
  const queries = useQueryClient();
  const draft = useDraft<Schema["CreateOptionInput"]>(
    option ? { name: option.name, price: option.price, duration_minutes: option.duration_minutes, active: option.active } : blank,
  );
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const faults = fieldFaults(error);
  const v = draft.value;
  const save = async () => {
    setBusy(true);
    setError(null);
    try {
      if (option) {
        dataOf(
          await api.PATCH("/api/v1/businesses/{business_id}/service-options/{option_id}", {
            params: { path: { business_id: id, option_id: option.id }, header: { "If-Match": `"${option.version}"` } },
            body: draft.changes,
          }),
        );
      } else {
        dataOf(await api.POST("/api/v1/businesses/{business_id}/service-options", { params: { path: { business_id: id } }, body: v }));
      }
      toast(option ? c.saved : t.created);
      await queries.invalidateQueries({ queryKey: ["business", id] });
      onClose();
    } catch (e) {
      setError(e);
      void queries.invalidateQueries({ queryKey: optionsQuery(id).queryKey });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title={t.addOption}>
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
          label={t.price}
          min={0}
          value={v.price.amount}
          onChange={(n) => draft.set("price", { ...v.price, amount: n ?? 0 })}
          error={faults["price.amount"] ?? faults["price"]}
        />
        <NumberField
          label={t.extra}
          min={0}
          max={480}
          value={v.duration_minutes ?? 0}
          onChange={(n) => draft.set("duration_minutes", n ?? 0)}
          error={faults["duration_minutes"]}
        />
        <CheckField label={t.active} checked={v.active ?? true} onChange={(e) => draft.set("active", e.target.checked)} />
        <Button type="submit" kind="primary" busy={busy} disabled={option !== null && !draft.changed}>
          {option ? c.save : c.add}
        </Button>
      </form>
    </Dialog>
  );
}
