import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { api, dataOf } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { Plain } from "@/shell/frame";
import { useTexts } from "@/text/texts";
import { Button, buttonLook } from "@/ui/button";
import { TextField } from "@/ui/field";
import { Fault } from "@/ui/state";
import { words } from "./texts";

export function ForgotPassword() {
  const t = useTexts(words);
  const [email, setEmail] = useState("");
  const [sent, setSent] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const send = async (e: FormEvent) => {
    e.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const { error: refused } = await api.POST("/api/v1/auth/forgot-password", { body: { email } });
      dataOf({ error: refused });
      setSent(true);
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  const back = (
    <Link to="/console/sign-in" className={buttonLook("quiet")}>
      {t.back}
    </Link>
  );
  if (sent) {
    return (
      <Plain title={t.sent}>
        <p role="status">{t.sentText}</p>
        {back}
      </Plain>
    );
  }
  return (
    <Plain title={t.forgotTitle}>
      <p>{t.forgotText}</p>
      <form noValidate className="flex flex-col gap-4" onSubmit={(e) => void send(e)}>
        <Fault>{error ? explain(error, ["email"]) : ""}</Fault>
        <TextField
          label={t.email}
          type="email"
          inputMode="email"
          autoComplete="username"
          value={email}
          onChange={(e) => setEmail(e.target.value)}
          error={fieldFaults(error)["email"]}
        />
        <Button type="submit" kind="primary" busy={busy}>
          {t.send}
        </Button>
      </form>
      {back}
    </Plain>
  );
}
