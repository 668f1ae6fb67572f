import { Link, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { api, dataOf } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { openSession } from "@/api/session";
import { Plain } from "@/shell/frame";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button, buttonLook } from "@/ui/button";
import { TextField } from "@/ui/field";
import { Fault } from "@/ui/state";
import { toast } from "@/ui/toast";
import { useEnter } from "./enter";
import { SecretField } from "./secret-field";
import { words } from "./texts";

const blank = { email: "", password: "", family_name: "", given_name: "" };

export function SignUp() {
  const t = useTexts(words);
  const lang = useLang();
  const { next } = useSearch({ from: "/console/sign-up" });
  const enter = useEnter(next);
  const [v, setV] = useState(blank);
  const [done, setDone] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const faults = fieldFaults(error);
  const set = (key: keyof typeof blank) => (e: { target: { value: string } }) => setV({ ...v, [key]: e.target.value });

  const create = async (e: FormEvent) => {
    e.preventDefault();
    setBusy(true);
    setError(null);
    try {
      dataOf(await api.POST("/api/v1/auth/register", { body: { ...v, locale: lang } }));
      setDone(true);
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  // The answer is the same for an address that had an account already: whose password this is not finds out here.
  const begin = async () => {
    setBusy(true);
    setError(null);
    try {
      await openSession("login", { email: v.email, password: v.password });
      await enter();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  if (done) {
    return (
      <Plain title={t.checkMail}>
        <p>{t.checkMailText(v.email)}</p>
        <Fault>{error ? explain(error) : ""}</Fault>
        <Button kind="primary" busy={busy} onClick={() => void begin()}>
          {t.toConsole}
        </Button>
        <Resend email={v.email} />
        {error !== null && (
          <Link to="/console/sign-in" search={next ? { next } : {}} className={buttonLook("quiet")}>
            {t.signIn}
          </Link>
        )}
      </Plain>
    );
  }
  return (
    <Plain title={t.signUp}>
      <form noValidate className="flex flex-col gap-4" onSubmit={(e) => void create(e)}>
        <Fault>{error ? explain(error, Object.keys(blank)) : ""}</Fault>
        <div className="grid grid-cols-2 gap-4">
          <TextField
            label={t.familyName}
            required
            autoComplete="family-name"
            maxLength={100}
            value={v.family_name}
            onChange={set("family_name")}
            error={faults["family_name"]}
          />
          <TextField
            label={t.givenName}
            required
            autoComplete="given-name"
            maxLength={100}
            value={v.given_name}
            onChange={set("given_name")}
            error={faults["given_name"]}
          />
        </div>
        <TextField
          label={t.email}
          required
          type="email"
          inputMode="email"
          autoComplete="username"
          value={v.email}
          onChange={set("email")}
          error={faults["email"]}
        />
        <SecretField
          label={t.password}
          required
          hint={t.passwordHint}
          autoComplete="new-password"
          value={v.password}
          onChange={set("password")}
          error={faults["password"]}
        />
        <Button type="submit" kind="primary" busy={busy}>
          {t.create}
        </Button>
      </form>
      <Link to="/console/sign-in" search={next ? { next } : {}} className="target flex items-center text-sm underline">
        {t.haveAccount} {t.signIn}
      </Link>
    </Plain>
  );
}

/** Sends the mail with which an address is verified once more. */
export function Resend({ email }: { email: string }) {
  const t = useTexts(words);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const send = async () => {
    setBusy(true);
    setError(null);
    try {
      const { error: refused } = await api.POST("/api/v1/auth/resend-verification", { body: { email } });
      dataOf({ error: refused });
      toast(t.resent);
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Fault>{error ? explain(error) : ""}</Fault>
      <Button busy={busy} onClick={() => void send()}>
        {t.resend}
      </Button>
    </>
  );
}
