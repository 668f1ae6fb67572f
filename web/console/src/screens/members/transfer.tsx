import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { SecretField } from "@/screens/account/secret-field";
import { useBusiness } from "@/shell/business";
import { common } from "@/text/common";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { TextField } from "@/ui/field";
import { Fault } from "@/ui/state";
import { toast } from "@/ui/toast";
import { words } from "./texts";

/** Hands the business over: the address of its page is typed, and the password asked for again. */
export function TransferDialog({ heir, onClose }: { heir: Schema["MemberView"]; onClose: () => void }) {
  const t = useTexts(words);
  const c = useTexts(common);
  const { id, slug } = useBusiness();
  const queries = useQueryClient();
  const [typed, setTyped] = useState("");
  const [password, setPassword] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const hand = async () => {
    setBusy(true);
    setError(null);
    try {
      dataOf(
        await api.POST("/api/v1/businesses/{business_id}/transfer-ownership", {
          params: { path: { business_id: id } },
          body: { member_id: heir.id, password },
        }),
      );
      toast(t.transferred);
      await Promise.all([
        queries.invalidateQueries({ queryKey: ["businesses"] }),
        queries.invalidateQueries({ queryKey: ["business", id] }),
      ]);
      onClose();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title={t.transferTitle(`${heir.family_name} ${heir.given_name}`)} as="box">
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(e) => {
          e.preventDefault();
          void hand();
        }}
      >
        <p>{t.transferText}</p>
        <Fault>{error ? explain(error, ["password"]) : ""}</Fault>
        <TextField label={t.transferType(slug)} autoComplete="off" value={typed} onChange={(e) => setTyped(e.target.value)} />
        <SecretField
          label={t.password}
          autoComplete="current-password"
          value={password}
          onChange={(e) => setPassword(e.target.value)}
          error={fieldFaults(error)["password"]}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{c.cancel}</Button>
          <Button type="submit" kind="danger" busy={busy} disabled={typed.trim() !== slug || !password}>
            {t.transfer}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
