import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { useBusiness } from "@/shell/business";
import { inLang } from "@/text/format";
import { langNames, useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { SelectField, TextField } from "@/ui/field";
import { Fault } from "@/ui/state";
import { toast } from "@/ui/toast";
import { useUnclaimed } from "./queries";
import { type Given, mayGive } from "./rights";
import { words } from "./texts";

/** Asks somebody by mail to work for the business. */
export function InviteSheet({ onClose }: { onClose: () => void }) {
  const t = useTexts(words);
  const lang = useLang();
  const { id, role } = useBusiness();
  const queries = useQueryClient();
  const staff = useUnclaimed(id);
  const [v, setV] = useState<Schema["InviteInputBody"]>({ email: "", role: "staff", locale: lang });
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const faults = fieldFaults(error);
  const send = async () => {
    setBusy(true);
    setError(null);
    try {
      dataOf(await api.POST("/api/v1/businesses/{business_id}/invitations", { params: { path: { business_id: id } }, body: v }));
      toast(t.sent);
      await queries.invalidateQueries({ queryKey: ["business", id, "invitations"] });
      onClose();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title={t.invite}>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(e) => {
          e.preventDefault();
          void send();
        }}
      >
        <p className="text-ink-soft">{t.inviteText}</p>
        <Fault>{error ? explain(error, ["email", "role", "resource_id"]) : ""}</Fault>
        <TextField
          label={t.email}
          required
          type="email"
          inputMode="email"
          value={v.email}
          onChange={(e) => setV({ ...v, email: e.target.value })}
          error={faults["email"]}
        />
        <SelectField
          label={t.role}
          value={v.role}
          hint={t.about[v.role]}
          onChange={(e) => setV({ ...v, role: e.target.value as Given })}
          error={faults["role"]}
        >
          {mayGive(role).map((r) => (
            <option key={r} value={r}>
              {t.roles[r]}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t.person}
          value={v.resource_id ?? ""}
          error={faults["resource_id"]}
          onChange={(e) => {
            const { resource_id: _, ...rest } = v;
            setV(e.target.value ? { ...rest, resource_id: e.target.value } : rest);
          }}
        >
          <option value="">{t.nobody}</option>
          {staff.map((r) => (
            <option key={r.id} value={r.id}>
              {inLang(r.name, lang)}
            </option>
          ))}
        </SelectField>
        <SelectField label={t.language} value={v.locale} onChange={(e) => setV({ ...v, locale: e.target.value as "ja" | "en" })}>
          {Object.entries(langNames).map(([value, name]) => (
            <option key={value} value={value} lang={value}>
              {name}
            </option>
          ))}
        </SelectField>
        <Button type="submit" kind="primary" busy={busy}>
          {t.send}
        </Button>
      </form>
    </Dialog>
  );
}
