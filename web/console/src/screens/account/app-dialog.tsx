import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { TextField } from "@/ui/field";
import { Fault } from "@/ui/state";
import { readCode } from "./code";
import { QR } from "./qr";
import { words } from "./texts";

interface Props {
  secret: Schema["TOTPSecretView"];
  onClose: () => void;
  onDone: (codes: string[]) => void;
}

/** Takes an authenticator app into use: scan, and type what it shows. */
export function AppDialog({ secret, onClose, onDone }: Props) {
  const t = useTexts(words);
  const [code, setCode] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const confirm = async () => {
    setBusy(true);
    setError(null);
    try {
      onDone(dataOf(await api.POST("/api/v1/me/totp/confirm", { body: { code: readCode(code) } })).recovery_codes);
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title={t.app} as="box">
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(e) => {
          e.preventDefault();
          void confirm();
        }}
      >
        <p>{t.scan}</p>
        <QR text={secret.uri} label={t.qr} />
        <p className="text-sm">
          {t.typeIn} <code className="block select-all break-all rounded-lg bg-sunken p-2">{secret.secret}</code>
        </p>
        <Fault>{error ? explain(error, ["code"]) : ""}</Fault>
        <TextField
          label={t.code}
          inputMode="numeric"
          autoComplete="one-time-code"
          value={code}
          onChange={(e) => setCode(e.target.value)}
          error={fieldFaults(error)["code"]}
        />
        <Button type="submit" kind="primary" busy={busy} disabled={!code}>
          {t.confirm}
        </Button>
      </form>
    </Dialog>
  );
}
