import { Link, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { ApiError, api, dataOf, type Problem, type Schema } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { openSession } from "@/api/session";
import { Plain } from "@/shell/frame";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/field";
import { Fault } from "@/ui/state";
import { useEnter } from "./enter";
import { useOfferedPasskey } from "./offered";
import { SecondStep } from "./second-step";
import { SecretField } from "./secret-field";
import { words } from "./texts";
import { assertion, passkeysWork } from "./webauthn";

export function SignIn() {
  const t = useTexts(words);
  const { next } = useSearch({ from: "/console/sign-in" });
  const enter = useEnter(next);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [challenge, setChallenge] = useState<Problem | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState<"password" | "passkey" | null>(null);
  const faults = fieldFaults(error);

  const attempt = async (way: "password" | "passkey", run: () => Promise<boolean>) => {
    setBusy(way);
    setError(null);
    setNote("");
    try {
      if (await run()) await enter();
    } catch (e) {
      if (e instanceof ApiError && e.problem.code === "auth.second_factor_required") setChallenge(e.problem);
      else setError(e);
    } finally {
      setBusy(null);
    }
  };
  const byPassword = (e: FormEvent) => {
    e.preventDefault();
    void attempt("password", async () => {
      await openSession("login", { email, password });
      return true;
    });
  };
  const byPasskey = () =>
    void attempt("passkey", async () => {
      const { challenge_token, options } = dataOf(await api.POST("/api/v1/auth/passkey/options"));
      const passkey = await assertion(options);
      if (!passkey) {
        setNote(t.passkeyCancelled);
        return false;
      }
      await openSession("passkey", { challenge_token, passkey });
      return true;
    });

  useOfferedPasskey(
    busy === null && challenge === null,
    (body: Schema["PasskeySignInBody"]) =>
      void attempt("passkey", async () => {
        await openSession("passkey", body);
        return true;
      }),
  );
  const startOver = (why?: unknown) => {
    setChallenge(null);
    setPassword("");
    setError(why ?? null);
  };

  if (challenge) {
    return (
      <Plain title={t.second}>
        <SecondStep challenge={challenge} onDone={enter} onOver={startOver} />
      </Plain>
    );
  }
  return (
    <Plain title={t.signIn}>
      <form noValidate className="flex flex-col gap-4" onSubmit={byPassword}>
        <Fault>{error ? explain(error, ["email", "password"]) : note}</Fault>
        <TextField
          label={t.email}
          type="email"
          autoComplete="username webauthn"
          autoFocus
          inputMode="email"
          value={email}
          onChange={(e) => setEmail(e.target.value)}
          error={faults["email"]}
        />
        <SecretField
          label={t.password}
          autoComplete="current-password"
          value={password}
          onChange={(e) => setPassword(e.target.value)}
          error={faults["password"]}
        />
        <Button type="submit" kind="primary" busy={busy === "password"} disabled={busy !== null}>
          {t.signIn}
        </Button>
      </form>
      {passkeysWork() && (
        <>
          <p className="text-center text-sm text-ink-soft">{t.or}</p>
          <Button busy={busy === "passkey"} disabled={busy !== null} onClick={byPasskey}>
            {t.byPasskey}
          </Button>
        </>
      )}
      <p className="flex flex-col gap-1 text-sm">
        <Link to="/console/forgot-password" className="target flex items-center underline">
          {t.forgot}
        </Link>
        <Link to="/console/sign-up" search={next ? { next } : {}} className="target flex items-center underline">
          {t.newHere} {t.signUp}
        </Link>
      </p>
    </Plain>
  );
}
