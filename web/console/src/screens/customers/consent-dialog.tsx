import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { useBusiness } from "@/shell/business";
import { common } from "@/text/common";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { SelectField, TextField } from "@/ui/field";
import { Fault } from "@/ui/state";
import { toast } from "@/ui/toast";
import { pageWords } from "./page-texts";

type Purpose = Exclude<Schema["ConsentView"]["purpose"], "terms">;

/** Records what a customer agreed to, or took back. */
export function ConsentDialog({ customer, onClose }: { customer: Schema["CustomerDetail"]; onClose: () => void }) {
  const t = useTexts(pageWords);
  const c = useTexts(common);
  const { id } = useBusiness();
  const queries = useQueryClient();
  const [purpose, setPurpose] = useState<Purpose>("health_data");
  const [granted, setGranted] = useState(true);
  const [version, setVersion] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const faults = fieldFaults(error);
  const save = async () => {
    setBusy(true);
    setError(null);
    try {
      dataOf(
        await api.POST("/api/v1/businesses/{business_id}/customers/{customer_id}/consents", {
          params: { path: { business_id: id, customer_id: customer.id } },
          body: { purpose, granted, version: version.trim() },
        }),
      );
      toast(t.recorded);
      onClose();
      await queries.invalidateQueries({ queryKey: ["business", id, "customers", customer.id] });
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title={t.addConsent} as="box">
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(e) => {
          e.preventDefault();
          void save();
        }}
      >
        <Fault>{error ? explain(error, ["version", "purpose"]) : ""}</Fault>
        <SelectField label={t.purpose} value={purpose} onChange={(e) => setPurpose(e.target.value as Purpose)} error={faults["purpose"]}>
          <option value="health_data">{t.purposes.health_data}</option>
          <option value="marketing_email">{t.purposes.marketing_email}</option>
        </SelectField>
        <SelectField label={t.answer} value={granted ? "yes" : "no"} onChange={(e) => setGranted(e.target.value === "yes")}>
          <option value="yes">{t.agreed}</option>
          <option value="no">{t.takenBack}</option>
        </SelectField>
        <TextField
          label={t.version}
          hint={t.versionHint}
          required
          maxLength={40}
          value={version}
          onChange={(e) => setVersion(e.target.value)}
          error={faults["version"]}
        />
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{c.cancel}</Button>
          <Button type="submit" kind="primary" busy={busy} disabled={version.trim() === ""}>
            {c.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
