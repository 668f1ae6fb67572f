import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { api, dataOf, isProblem } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { texts, useTexts } from "@/text/texts";
import { Button, buttonLook } from "@/ui/button";
import { TextField } from "@/ui/field";
import { Failed, Fault, Loading } from "@/ui/state";

const words = texts({
  ja: {
    title: "ご本人の確認が必要です",
    text: "運営パネルは、第二要素で確認したサインインでのみご利用いただけます。認証アプリのコード、またはリカバリーコードを入力してください。",
    code: "認証アプリのコード、またはリカバリーコード",
    go: "確認して続ける",
    none: "第二要素がまだ登録されていません",
    noneText: "運営パネルをお使いいただく前に、アカウントの画面で認証アプリまたはパスキーを登録してください。",
    account: "第二要素を登録する",
    passkey: "パスキーで確認するときは、いったんサインアウトし、パスキーでサインインしてください。",
  },
  en: {
    title: "Please show that it is you",
    text: "The admin panel is open only to a sign-in with a second factor. Enter the code of your authenticator app, or a recovery code.",
    code: "Code of the app, or a recovery code",
    go: "Confirm and go on",
    none: "You have no second factor yet",
    noneText: "Before you use the admin panel, add an authenticator app or a passkey to your account.",
    account: "Add a second factor",
    passkey: "To use a passkey, sign out and sign in with it.",
  },
});

interface QueryLike<T> {
  data: T | undefined;
  error: unknown;
  refetch: () => unknown;
}

/** The states of what operators read; without a second factor, how to show one. */
export function AdminAwait<T>({ query, children }: { query: QueryLike<T>; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <AdminFailed error={query.error} retry={() => void query.refetch()} />;
  return <Loading />;
}

/** Why something of the admin panel cannot be shown. */
export function AdminFailed({ error, retry }: { error: unknown; retry: () => void }) {
  if (isProblem(error, "auth.strong_required")) return <StepUp enrolled={error.problem.enrolled !== false} />;
  return <Failed error={error} retry={retry} />;
}

function StepUp({ enrolled }: { enrolled: boolean }) {
  const t = useTexts(words);
  const queries = useQueryClient();
  const [code, setCode] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const link = (
    <Link to="/console/account" hash="factors" className={buttonLook(enrolled ? "quiet" : "primary")}>
      {t.account}
    </Link>
  );
  if (!enrolled) {
    return (
      <div className="mx-auto flex max-w-md flex-col items-start gap-4 py-12">
        <h2 className="text-lg font-semibold">{t.none}</h2>
        <p>{t.noneText}</p>
        {link}
      </div>
    );
  }
  const show = async () => {
    setBusy(true);
    setError(null);
    try {
      const typed = code.trim();
      const { error: refused } = await api.POST("/api/v1/me/step-up", {
        body: typed.includes("-") ? { recovery_code: typed } : { code: typed },
      });
      dataOf({ error: refused });
      await queries.invalidateQueries();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  const faults = fieldFaults(error);
  return (
    <form
      noValidate
      className="mx-auto flex max-w-md flex-col gap-4 py-12"
      onSubmit={(e) => {
        e.preventDefault();
        void show();
      }}
    >
      <h2 className="text-lg font-semibold">{t.title}</h2>
      <p>{t.text}</p>
      <Fault>{error ? explain(error, ["code", "recovery_code"]) : ""}</Fault>
      <TextField
        label={t.code}
        autoComplete="one-time-code"
        value={code}
        onChange={(e) => setCode(e.target.value)}
        error={faults["code"] ?? faults["recovery_code"]}
      />
      <Button type="submit" kind="primary" busy={busy} disabled={code.trim() === ""}>
        {t.go}
      </Button>
      <p className="text-sm text-ink-soft">{t.passkey}</p>
    </form>
  );
}
