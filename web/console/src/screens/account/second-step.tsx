import { type FormEvent, useState } from "react";
import { isProblem, type Problem } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { openSession } from "@/api/session";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/field";
import { Fault } from "@/ui/state";
import { readCode } from "./code";
import { words } from "./texts";
import { assertion, passkeysWork } from "./webauthn";

interface Props {
  challenge: Problem;
  onDone: () => Promise<void>;
  /** Signing in begins anew: the challenge is over, which is told, or the person wants so. */
  onOver: (why?: unknown) => void;
}

/** The second step of signing in: digits of an app, a recovery code, or a passkey. */
export function SecondStep({ challenge, onDone, onOver }: Props) {
  const t = useTexts(words);
  const methods = challenge.methods ?? [];
  const [recovery, setRecovery] = useState(!methods.includes("totp") && !methods.includes("passkey"));
  const [code, setCode] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const challenge_token = challenge.challenge_token ?? "";

  const attempt = async (run: () => Promise<boolean>) => {
    setBusy(true);
    setError(null);
    setNote("");
    try {
      if (await run()) await onDone();
    } catch (e) {
      if (isProblem(e, "auth.challenge_invalid")) onOver(e);
      else setError(e);
    } finally {
      setBusy(false);
    }
  };
  const byCode = (e: FormEvent) => {
    e.preventDefault();
    void attempt(async () => {
      await openSession("second-factor", { challenge_token, ...(recovery ? { recovery_code: readCode(code) } : { code: readCode(code) }) });
      return true;
    });
  };
  const byPasskey = () =>
    void attempt(async () => {
      const passkey = await assertion(challenge.passkey_options);
      if (!passkey) {
        setNote(t.passkeyCancelled);
        return false;
      }
      await openSession("second-factor", { challenge_token, passkey });
      return true;
    });
  const typed = recovery || methods.includes("totp");
  return (
    <>
      <Fault>{error ? explain(error, ["code", "recovery_code"]) : note}</Fault>
      {typed && (
        <form noValidate className="flex flex-col gap-4" onSubmit={byCode}>
          {!recovery && <p>{t.secondText}</p>}
          <TextField
            key={String(recovery)}
            label={recovery ? t.recovery : t.code}
            autoComplete="one-time-code"
            inputMode={recovery ? "text" : "numeric"}
            autoFocus
            value={code}
            onChange={(e) => setCode(e.target.value)}
            error={fieldFaults(error)[recovery ? "recovery_code" : "code"]}
          />
          <Button type="submit" kind="primary" busy={busy}>
            {t.goOn}
          </Button>
        </form>
      )}
      {methods.includes("passkey") && passkeysWork() && (
        <Button disabled={busy} kind={typed ? "plain" : "primary"} onClick={byPasskey}>
          {t.usePasskey}
        </Button>
      )}
      {methods.includes("recovery_code") && (
        <Button
          kind="quiet"
          onClick={() => {
            setRecovery(!recovery);
            setCode("");
          }}
        >
          {recovery && methods.includes("totp") ? t.useCode : t.useRecovery}
        </Button>
      )}
      <Button kind="quiet" onClick={() => onOver()}>
        {t.startOver}
      </Button>
    </>
  );
}
