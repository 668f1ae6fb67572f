import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, dataOf, isProblem, type Schema } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { useBusiness } from "@/shell/business";
import { common } from "@/text/common";
import { useTexts } from "@/text/texts";
import { Button, buttonLook } from "@/ui/button";
import { useDraft } from "@/ui/draft";
import { Section } from "@/ui/page";
import { Fault } from "@/ui/state";
import { toast } from "@/ui/toast";
import { conversions, typedFields, typedOf } from "./person";
import { PersonFields } from "./person-fields";
import { customerQuery } from "./queries";
import { words } from "./texts";

/** The record itself. The server writes kana, numbers and addresses in one way; what it made of them is told. */
export function ProfilePart({ customer }: { customer: Schema["CustomerDetail"] }) {
  const t = useTexts(words);
  const c = useTexts(common);
  const { id } = useBusiness();
  const queries = useQueryClient();
  const draft = useDraft(typedOf(customer));
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [converted, setConverted] = useState<ReturnType<typeof conversions>>([]);
  const other = isProblem(error, "customer.exists") ? String(error.problem["customer_id"] ?? "") : "";
  const save = async () => {
    setBusy(true);
    setError(null);
    setConverted([]);
    try {
      const got = dataOf(
        await api.PATCH("/api/v1/businesses/{business_id}/customers/{customer_id}", {
          params: { path: { business_id: id, customer_id: customer.id }, header: { "If-Match": `"${customer.version}"` } },
          body: draft.changes,
        }),
      );
      setConverted(conversions(draft.changes, got));
      queries.setQueryData(customerQuery(id, customer.id).queryKey, got);
      draft.reset();
      toast(c.saved);
      void queries.invalidateQueries({ queryKey: ["business", id, "customers"] });
    } catch (e) {
      setError(e);
      if (isProblem(e, "precondition.stale")) void queries.invalidateQueries({ queryKey: customerQuery(id, customer.id).queryKey });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Section title={t.profile}>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(e) => {
          e.preventDefault();
          void save();
        }}
      >
        <Fault>{error ? explain(error, typedFields) : ""}</Fault>
        {other && (
          <Link to="/console/b/$businessId/customers/$customerId" params={{ businessId: id, customerId: other }} className={buttonLook()}>
            {t.openExisting}
          </Link>
        )}
        <PersonFields value={draft.value} set={draft.set} faults={fieldFaults(error)} />
        <div role="status">
          {converted.length > 0 && !draft.changed && (
            <div className="rounded-lg bg-info-soft p-3 text-sm text-info">
              <p className="font-medium">{t.converted}</p>
              <ul>
                {converted.map((x) => (
                  <li key={x.field}>
                    {t.fields[x.field]}: <bdi>{x.typed}</bdi> → <bdi className="font-medium">{x.became}</bdi>
                  </li>
                ))}
              </ul>
            </div>
          )}
        </div>
        <div className="flex flex-wrap justify-end gap-2">
          {draft.changed && (
            <Button onClick={draft.reset} disabled={busy}>
              {c.cancel}
            </Button>
          )}
          <Button type="submit" kind="primary" busy={busy} disabled={!draft.changed}>
            {c.save}
          </Button>
        </div>
      </form>
    </Section>
  );
}
