import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { meQuery } from "@/api/session";
import { Preferences } from "@/shell/frame";
import { common } from "@/text/common";
import { langNames } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { useDraft } from "@/ui/draft";
import { SelectField, TextField } from "@/ui/field";
import { Badge, Page, Section } from "@/ui/page";
import { Await, Fault } from "@/ui/state";
import { toast } from "@/ui/toast";
import { FactorsPart } from "./factors";
import { SecretField } from "./secret-field";
import { SessionsPart } from "./sessions";
import { SignOut } from "./sign-out";
import { Resend } from "./sign-up";
import { words } from "./texts";

export function Account() {
  const t = useTexts(words);
  const c = useTexts(common);
  const me = useQuery(meQuery);
  const loaded = me.data !== undefined;
  useEffect(() => {
    if (loaded && location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  }, [loaded]);
  return (
    <main>
      <Page
        title={t.account}
        actions={
          <>
            <Preferences />
            <Link to="/console" search={{ list: true }} className="target flex items-center px-3 underline">
              {c.home}
            </Link>
            <SignOut />
          </>
        }
      >
        <Await query={me}>
          {(person) => (
            <div className="max-w-3xl">
              <Profile person={person} />
              <Mail person={person} />
              <Password />
              <FactorsPart />
              <SessionsPart />
            </div>
          )}
        </Await>
      </Page>
    </main>
  );
}

/** A form that is sent whole: busy, refused with what is wrong, or done. */
export function useSend(send: () => Promise<{ error?: unknown } | undefined>, done: () => void) {
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (e?: FormEvent) => {
    e?.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const answer = await send();
      if (answer?.error) dataOf({ error: answer.error as Schema["Problem"] });
      done();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return { submit, error, busy, faults: fieldFaults(error) };
}

function Profile({ person }: { person: Schema["PersonView"] }) {
  const t = useTexts(words);
  const c = useTexts(common);
  const queries = useQueryClient();
  const draft = useDraft({ family_name: person.family_name, given_name: person.given_name, locale: person.locale });
  const form = useSend(
    async () => api.PATCH("/api/v1/me", { body: draft.changes }),
    () => {
      toast(c.saved);
      void queries.invalidateQueries({ queryKey: ["me"] });
    },
  );
  return (
    <Section title={t.profile}>
      <form noValidate className="flex flex-col gap-4" onSubmit={(e) => void form.submit(e)}>
        <Fault>{form.error ? explain(form.error, ["family_name", "given_name"]) : ""}</Fault>
        <div className="grid grid-cols-2 gap-4">
          <TextField
            label={t.familyName}
            autoComplete="family-name"
            maxLength={100}
            value={draft.value.family_name}
            onChange={(e) => draft.set("family_name", e.target.value)}
            error={form.faults["family_name"]}
          />
          <TextField
            label={t.givenName}
            autoComplete="given-name"
            maxLength={100}
            value={draft.value.given_name}
            onChange={(e) => draft.set("given_name", e.target.value)}
            error={form.faults["given_name"]}
          />
        </div>
        <SelectField label={t.language} value={draft.value.locale} onChange={(e) => draft.set("locale", e.target.value as "ja" | "en")}>
          {Object.entries(langNames).map(([value, name]) => (
            <option key={value} value={value} lang={value}>
              {name}
            </option>
          ))}
        </SelectField>
        <Button type="submit" kind="primary" className="self-end" busy={form.busy} disabled={!draft.changed}>
          {c.save}
        </Button>
      </form>
    </Section>
  );
}

function Mail({ person }: { person: Schema["PersonView"] }) {
  const t = useTexts(words);
  const [v, setV] = useState({ email: "", password: "" });
  const [sent, setSent] = useState("");
  const form = useSend(
    async () => api.POST("/api/v1/me/email", { body: v }),
    () => {
      setSent(v.email);
      setV({ email: "", password: "" });
    },
  );
  return (
    <Section title={t.mail}>
      <p className="mb-3">
        <bdi>{t.present(person.email)}</bdi> {!person.email_verified && <Badge tone="warn">{t.unverified}</Badge>}
      </p>
      {!person.email_verified && (
        <div className="mb-4">
          <Resend email={person.email} />
        </div>
      )}
      <p role="status" className={sent ? "mb-4 rounded-lg bg-good-soft p-3 text-good" : ""}>
        <bdi>{sent && t.mailSent(sent)}</bdi>
      </p>
      <form noValidate className="flex flex-col gap-4" onSubmit={(e) => void form.submit(e)}>
        <Fault>{form.error ? explain(form.error, ["email", "password"]) : ""}</Fault>
        <TextField
          label={t.newEmail}
          type="email"
          autoComplete="email"
          value={v.email}
          onChange={(e) => setV({ ...v, email: e.target.value })}
          error={form.faults["email"]}
        />
        <SecretField
          label={t.presentPassword}
          autoComplete="current-password"
          value={v.password}
          onChange={(e) => setV({ ...v, password: e.target.value })}
          error={form.faults["password"]}
        />
        <Button type="submit" className="self-end" busy={form.busy} disabled={!v.email || !v.password}>
          {t.change}
        </Button>
      </form>
    </Section>
  );
}

function Password() {
  const t = useTexts(words);
  const queries = useQueryClient();
  const [v, setV] = useState({ current_password: "", new_password: "" });
  const form = useSend(
    async () => api.POST("/api/v1/auth/change-password", { body: v }),
    () => {
      toast(t.passwordChanged);
      setV({ current_password: "", new_password: "" });
      void queries.invalidateQueries({ queryKey: ["sessions"] });
    },
  );
  return (
    <Section title={t.changePassword}>
      <form noValidate className="flex flex-col gap-4" onSubmit={(e) => void form.submit(e)}>
        <Fault>{form.error ? explain(form.error, ["current_password", "new_password"]) : ""}</Fault>
        <SecretField
          label={t.presentPassword}
          autoComplete="current-password"
          value={v.current_password}
          onChange={(e) => setV({ ...v, current_password: e.target.value })}
          error={form.faults["current_password"]}
        />
        <SecretField
          label={t.newPassword}
          hint={t.passwordHint}
          autoComplete="new-password"
          value={v.new_password}
          onChange={(e) => setV({ ...v, new_password: e.target.value })}
          error={form.faults["new_password"]}
        />
        <Button type="submit" className="self-end" busy={form.busy} disabled={!v.current_password || !v.new_password}>
          {t.change}
        </Button>
      </form>
    </Section>
  );
}
