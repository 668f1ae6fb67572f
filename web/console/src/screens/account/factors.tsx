import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { api, dataOf, isProblem, type Schema } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { common } from "@/text/common";
import { instant } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { TextField } from "@/ui/field";
import { Section } from "@/ui/page";
import { Await, Fault } from "@/ui/state";
import { toast } from "@/ui/toast";
import { AppDialog } from "./app-dialog";
import { CodesDialog } from "./codes-dialog";
import { SecretField } from "./secret-field";
import { words } from "./texts";
import { attestation } from "./webauthn";

const factorsQuery = { queryKey: ["factors"], queryFn: async () => dataOf(await api.GET("/api/v1/me/factors")) };

type Proof = { password?: string };
/** Something that needs the present password, or a factor shown in this session, before it is done. */
type Task = (proof: Proof) => Promise<void>;

/** Second factors: an app, passkeys, recovery codes. */
export function FactorsPart() {
  const t = useTexts(words);
  const query = useQuery(factorsQuery);
  return (
    <div id="factors">
      <Section title={t.factors}>
        <p className="mb-4 text-ink-soft">{t.factorsText}</p>
        <Await query={query}>{(factors) => <Factors factors={factors} />}</Await>
      </Section>
    </div>
  );
}

function Factors({ factors }: { factors: Schema["FactorsView"] }) {
  const t = useTexts(words);
  const lang = useLang();
  const queries = useQueryClient();
  const [app, setApp] = useState<Schema["TOTPSecretView"] | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const [task, setTask] = useState<Task | null>(null);
  const count = factors.passkeys.length + (factors.totp ? 1 : 0);
  const refresh = () => {
    void queries.invalidateQueries({ queryKey: ["factors"] });
    void queries.invalidateQueries({ queryKey: ["sessions"] });
  };
  const ask = (run: Task) => setTask(() => run);
  const done = (shown: string[] | null | undefined, word: string) => {
    toast(word);
    if (shown?.length) setCodes(shown);
    refresh();
  };

  const startApp: Task = async (proof) => setApp(dataOf(await api.POST("/api/v1/me/totp", { body: proof })));
  const removeApp: Task = async (proof) => {
    const { error } = await api.DELETE("/api/v1/me/totp", { body: proof });
    dataOf({ error });
    done(null, t.removed);
  };
  const addPasskey: Task = async (proof) => {
    const { challenge_token, options } = dataOf(await api.POST("/api/v1/me/passkeys/options", { body: proof }));
    const passkey = await attestation(options);
    if (!passkey) throw new Error(t.passkeyCancelled);
    const added = dataOf(await api.POST("/api/v1/me/passkeys", { body: { challenge_token, name: t.thisDevice, passkey } }));
    done(added.recovery_codes, t.added);
  };
  const removePasskey =
    (id: string): Task =>
    async (proof) => {
      const { error } = await api.DELETE("/api/v1/me/passkeys/{passkey_id}", { params: { path: { passkey_id: id } }, body: proof });
      dataOf({ error });
      done(null, t.removed);
    };
  const newCodes: Task = async () => {
    const made = dataOf(await api.POST("/api/v1/me/recovery-codes"));
    setCodes(made.recovery_codes);
    refresh();
  };
  return (
    <>
      {factors.required && count === 0 && <p className="mb-4 rounded-lg bg-warn-soft p-3 text-warn">{t.required}</p>}
      <Part title={t.app} text={factors.totp ? t.appOn(instant(factors.totp.confirmed_at, "Asia/Tokyo", lang)) : t.appOff}>
        <Button onClick={() => ask(startApp)}>{factors.totp ? t.newApp : t.addApp}</Button>
        {factors.totp && !(factors.required && count === 1) && <Button onClick={() => ask(removeApp)}>{t.removeApp}</Button>}
      </Part>
      <Part title={t.passkeys} text={factors.passkeys.length === 0 ? t.noPasskeys : ""}>
        <Button onClick={() => ask(addPasskey)}>{t.addPasskey}</Button>
      </Part>
      <ul className="divide-y divide-line">
        {factors.passkeys.map((p) => (
          <Passkey
            key={p.id}
            passkey={p}
            onChanged={refresh}
            onRemove={factors.required && count === 1 ? undefined : () => ask(removePasskey(p.id))}
          />
        ))}
      </ul>
      {count > 0 && (
        <Part title={t.recoveryCodes} text={t.left(factors.recovery_codes_left)}>
          <Button onClick={() => ask(newCodes)}>{t.newCodes}</Button>
        </Part>
      )}
      {task && <Prove task={task} first={count === 0} onClose={() => setTask(null)} />}
      {app && (
        <AppDialog
          secret={app}
          onClose={() => setApp(null)}
          onDone={(shown) => {
            setApp(null);
            done(shown, t.added);
          }}
        />
      )}
      {codes && <CodesDialog codes={codes} onClose={() => setCodes(null)} />}
    </>
  );
}

function Part({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 py-2">
      <div>
        <h3 className="font-medium">{title}</h3>
        {text && <p className="text-sm text-ink-soft">{text}</p>}
      </div>
      <div className="flex flex-wrap gap-2">{children}</div>
    </div>
  );
}

function Passkey({
  passkey,
  onChanged,
  onRemove,
}: {
  passkey: Schema["PasskeyView"];
  onChanged: () => void;
  onRemove?: (() => void) | undefined;
}) {
  const t = useTexts(words);
  const c = useTexts(common);
  const lang = useLang();
  const [name, setName] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const rename = async () => {
    setError(null);
    try {
      const { error: refused } = await api.PATCH("/api/v1/me/passkeys/{passkey_id}", {
        params: { path: { passkey_id: passkey.id } },
        body: { name: name ?? "" },
      });
      dataOf({ error: refused });
      setName(null);
      onChanged();
    } catch (e) {
      setError(e);
    }
  };
  if (name !== null) {
    return (
      <li className="py-2">
        <form
          noValidate
          className="flex flex-wrap items-end gap-2"
          onSubmit={(e) => {
            e.preventDefault();
            void rename();
          }}
        >
          <TextField
            label={t.passkeyName}
            maxLength={100}
            value={name}
            onChange={(e) => setName(e.target.value)}
            error={error ? explain(error) : undefined}
          />
          <Button type="submit">{c.save}</Button>
          <Button kind="quiet" onClick={() => setName(null)}>
            {c.cancel}
          </Button>
        </form>
      </li>
    );
  }
  return (
    <li className="flex flex-wrap items-center gap-2 py-2">
      <span className="flex-1">
        <bdi className="font-medium">{passkey.name}</bdi>
        <span className="tabular block text-sm text-ink-soft">{instant(passkey.created_at, "Asia/Tokyo", lang)}</span>
      </span>
      <Button aria-label={`${t.rename} ${passkey.name}`} onClick={() => setName(passkey.name)}>
        {t.rename}
      </Button>
      {onRemove && (
        <Button aria-label={`${c.remove} ${passkey.name}`} onClick={onRemove}>
          {c.remove}
        </Button>
      )}
    </li>
  );
}

/** Does the task, and asks for what it needs before: the password for a first or last factor, a factor otherwise. */
function Prove({ task, first, onClose }: { task: Task; first: boolean; onClose: () => void }) {
  const t = useTexts(words);
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [wanted, setWanted] = useState<"password" | "factor">(first ? "password" : "factor");
  const [error, setError] = useState<unknown>(null);
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    setError(null);
    setNote("");
    try {
      if (wanted === "factor" && code) {
        const { error: refused } = await api.POST("/api/v1/me/step-up", { body: code.includes("-") ? { recovery_code: code } : { code } });
        dataOf({ error: refused });
      }
      await task(password ? { password } : {});
      onClose();
    } catch (e) {
      if (isProblem(e, "auth.strong_required")) setWanted("factor");
      else if ("password" in fieldFaults(e)) setWanted("password");
      if (e instanceof Error && e.message === t.passkeyCancelled) setNote(e.message);
      else setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title={wanted === "password" ? t.needPassword : t.stepUp} as="box">
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(e) => {
          e.preventDefault();
          void run();
        }}
      >
        <Fault>{error ? explain(error, ["password", "code", "recovery_code"]) : note}</Fault>
        {wanted === "password" ? (
          <SecretField
            label={t.presentPassword}
            autoComplete="current-password"
            value={password}
            onChange={(e) => setPassword(e.target.value)}
            error={fieldFaults(error)["password"]}
          />
        ) : (
          <TextField
            label={`${t.code} / ${t.recovery}`}
            hint={t.stepUpText}
            autoComplete="one-time-code"
            value={code}
            onChange={(e) => setCode(e.target.value)}
            error={fieldFaults(error)["code"] ?? fieldFaults(error)["recovery_code"]}
          />
        )}
        <Button type="submit" kind="primary" busy={busy}>
          {t.goOn}
        </Button>
      </form>
    </Dialog>
  );
}
