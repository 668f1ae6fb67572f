import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { explain } from "@/api/problem";
import { useBusiness } from "@/shell/business";
import { useTexts } from "@/text/texts";
import { Button, buttonLook } from "@/ui/button";
import { Confirm } from "@/ui/dialog";
import { SelectField } from "@/ui/field";
import { Section } from "@/ui/page";
import { toast } from "@/ui/toast";
import { pageWords } from "./page-texts";
import { fullName, phoneWords } from "./person";
import { notesKey } from "./queries";

type Reason = Schema["EraseInputBody"]["reason"];

/** What the law on personal data asks for: to hand over all that is kept, and to erase it. */
export function DataPart({ customer }: { customer: Schema["CustomerDetail"] }) {
  const t = useTexts(pageWords);
  const { id } = useBusiness();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState<Reason>("customer_request");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const word = fullName(customer) || phoneWords(customer.phone) || customer.email;
  const erase = async () => {
    setBusy(true);
    setError(null);
    try {
      dataOf(
        await api.POST("/api/v1/businesses/{business_id}/customers/{customer_id}/erase", {
          params: { path: { business_id: id, customer_id: customer.id }, header: { "If-Match": `"${customer.version}"` } },
          body: { reason },
        }),
      );
      toast(t.erased);
      setAsking(false);
      // What was read of the person goes from the browser, too.
      queries.removeQueries({ queryKey: notesKey(id, customer.id, "sealed") });
      queries.removeQueries({ queryKey: notesKey(id, customer.id, "general") });
      await queries.invalidateQueries({ queryKey: ["business", id, "customers"] });
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Section title={t.data}>
      <p className="mb-3 text-sm text-ink-soft">{t.exportText}</p>
      <a
        className={buttonLook()}
        href={`/api/v1/businesses/${id}/customers/${customer.id}/export`}
        download={`customer-${customer.id.slice(-6)}.json`}
      >
        {t.exportJson}
      </a>
      <div className="mt-5 border-t border-line pt-4">
        <p className="mb-3 text-sm text-ink-soft">{t.eraseText}</p>
        <Button kind="danger" onClick={() => setAsking(true)}>
          {t.erase}
        </Button>
      </div>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={t.eraseTitle}
        action={t.erase}
        danger
        busy={busy}
        error={error ? explain(error) : undefined}
        typed={{ label: t.eraseType(word), word }}
        onConfirm={() => void erase()}
      >
        <p className="font-medium text-bad">{t.eraseWarn}</p>
        <SelectField label={t.eraseReason} value={reason} onChange={(e) => setReason(e.target.value as Reason)}>
          {Object.entries(t.reasons).map(([r, name]) => (
            <option key={r} value={r}>
              {name}
            </option>
          ))}
        </SelectField>
      </Confirm>
    </Section>
  );
}
