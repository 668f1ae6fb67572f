import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, dataOf, isProblem } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { useBusiness } from "@/shell/business";
import { common } from "@/text/common";
import { lang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button, buttonLook } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { useDraft } from "@/ui/draft";
import { Fault } from "@/ui/state";
import { toast } from "@/ui/toast";
import { nobody, typedFields } from "./person";
import { PersonFields } from "./person-fields";
import { words } from "./texts";

/** Enters a customer by hand. */
export function NewCustomer({ onClose }: { onClose: () => void }) {
  const t = useTexts(words);
  const c = useTexts(common);
  const { id, role } = useBusiness();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const draft = useDraft({ ...nobody, locale: lang() });
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const v = draft.value;
  const known = isProblem(error, "customer.exists") ? String(error.problem["customer_id"] ?? "") : "";
  const save = async () => {
    setBusy(true);
    setError(null);
    try {
      const body = Object.fromEntries(Object.entries(v).filter(([, x]) => x.length > 0));
      const made = dataOf(await api.POST("/api/v1/businesses/{business_id}/customers", { params: { path: { business_id: id } }, body }));
      await queries.invalidateQueries({ queryKey: ["business", id, "customers"] });
      toast(t.created);
      onClose();
      if (role !== "staff") {
        await navigate({ to: "/console/b/$businessId/customers/$customerId", params: { businessId: id, customerId: made.id } });
      }
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title={t.add}>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(e) => {
          e.preventDefault();
          void save();
        }}
      >
        <p className="text-sm text-ink-soft">{t.atLeast}</p>
        {known ? (
          <div role="alert" className="flex flex-col items-start gap-2 rounded-lg bg-warn-soft p-3 text-warn">
            <p>{t.exists}</p>
            <Link to="/console/b/$businessId/customers/$customerId" params={{ businessId: id, customerId: known }} className={buttonLook()}>
              {t.openExisting}
            </Link>
          </div>
        ) : (
          <Fault>{error ? explain(error, typedFields) : ""}</Fault>
        )}
        <PersonFields value={v} set={draft.set} faults={fieldFaults(error)} />
        {role === "staff" && <p className="text-sm text-ink-soft">{t.staffNote}</p>}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{c.cancel}</Button>
          <Button type="submit" kind="primary" busy={busy} disabled={!draft.changed}>
            {c.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
