import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { instant } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { toastFault } from "@/ui/impact";
import { Section } from "@/ui/page";
import { Await } from "@/ui/state";
import { toast } from "@/ui/toast";
import { AppDialog } from "./app-dialog";
import { CodesDialog } from "./codes-dialog";
import { PasskeyItem } from "./passkey-item";
import { Prove, type Stage, type Task, wantedBy } from "./prove";
import { words } from "./texts";
import { attestation, passkeysWork } from "./webauthn";
import { zoneHere } from "./zone";

const factorsQuery = { queryKey: ["factors"], queryFn: async () => dataOf(await api.GET("/api/v1/me/factors")) };

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

/** What can be done with factors; `shows` gets the recovery codes that come of it. */
function useTasks(shows: { app: (secret: Schema["TOTPSecretView"]) => void; codes: (codes: string[]) => void; changed: () => void }) {
  const t = useTexts(words);
  const done = (codes: string[], word: string) => {
    toast(word);
    if (codes.length > 0) shows.codes(codes);
    shows.changed();
  };
  const app = (title: string): Task => ({
    title,
    run: async (proof) => shows.app(dataOf(await api.POST("/api/v1/me/totp", { body: proof }))),
  });
  const passkey: Task = {
    title: t.addPasskey,
    run: async (proof) => {
      const { challenge_token, options } = dataOf(await api.POST("/api/v1/me/passkeys/options", { body: proof }));
      const made = await attestation(options);
      if (!made || made === "known") {
        toast(made ? t.passkeyKnown : t.passkeyCancelled, { kind: "bad" });
        return;
      }
      const added = dataOf(
        await api.POST("/api/v1/me/passkeys", { body: { challenge_token, name: await nameHere(t.thisDevice), passkey: made } }),
      );
      done(added.recovery_codes, t.added);
    },
  };
  const removeApp: Task = {
    title: t.removeApp,
    danger: t.removeText,
    run: async (proof) => {
      const { error } = await api.DELETE("/api/v1/me/totp", { body: proof });
      dataOf({ error });
      done([], t.removed);
    },
  };
  const removePasskey = (of: Schema["PasskeyView"]): Task => ({
    title: t.removePasskey(of.name),
    danger: t.removeText,
    run: async (proof) => {
      const { error } = await api.DELETE("/api/v1/me/passkeys/{passkey_id}", { params: { path: { passkey_id: of.id } }, body: proof });
      dataOf({ error });
      done([], t.removed);
    },
  });
  const codes: Task = {
    title: t.newCodes,
    danger: t.newCodesText,
    run: async () => {
      shows.codes(dataOf(await api.POST("/api/v1/me/recovery-codes")).recovery_codes);
      shows.changed();
    },
  };
  return { app, passkey, removeApp, removePasskey, codes };
}

/** A passkey is called as the server calls this device, until it is renamed. */
async function nameHere(otherwise: string): Promise<string> {
  const { data } = await api.GET("/api/v1/me/sessions", { params: { query: { limit: 100 } } });
  return data?.items.find((s) => s.current)?.device || otherwise;
}

function Factors({ factors }: { factors: Schema["FactorsView"] }) {
  const t = useTexts(words);
  const lang = useLang();
  const queries = useQueryClient();
  const [app, setApp] = useState<Schema["TOTPSecretView"] | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const [asked, setAsked] = useState<{ task: Task; stage: Stage } | null>(null);
  const [busy, setBusy] = useState("");
  const count = factors.passkeys.length + (factors.totp ? 1 : 0);
  const last = factors.required && count === 1; // which may not go
  const refresh = () => {
    void queries.invalidateQueries({ queryKey: ["factors"] });
    void queries.invalidateQueries({ queryKey: ["sessions"] });
  };
  const tasks = useTasks({ app: setApp, codes: setCodes, changed: refresh });

  // What is not asked about anyway is tried at once: a session that showed a factor already needs nothing more.
  const ask = async (task: Task) => {
    if (task.danger) return setAsked({ task, stage: "confirm" });
    if (count === 0) return setAsked({ task, stage: "password" });
    setBusy(task.title);
    try {
      await task.run({});
    } catch (e) {
      const stage = wantedBy(e);
      if (stage) setAsked({ task, stage });
      else toastFault(e);
    } finally {
      setBusy("");
    }
  };
  const button = (task: Task, label = task.title) => (
    <Button busy={busy === task.title} disabled={busy !== ""} onClick={() => void ask(task)}>
      {label}
    </Button>
  );
  return (
    <>
      {factors.required && count === 0 && (
        <p role="status" className="mb-4 rounded-lg bg-warn-soft p-3 text-warn">
          {t.required}
        </p>
      )}
      <Part title={t.app} text={factors.totp ? t.appOn(instant(factors.totp.confirmed_at, zoneHere(), lang)) : t.appOff}>
        {button(tasks.app(factors.totp ? t.newApp : t.addApp))}
        {factors.totp && !last && button(tasks.removeApp)}
      </Part>
      <Part title={t.passkeys} text={passkeysWork() ? (factors.passkeys.length === 0 ? t.noPasskeys : "") : t.passkeysNotHere}>
        {passkeysWork() && button(tasks.passkey)}
      </Part>
      <ul className="divide-y divide-line">
        {factors.passkeys.map((p) => (
          <PasskeyItem key={p.id} passkey={p} onChanged={refresh} onRemove={last ? undefined : () => void ask(tasks.removePasskey(p))} />
        ))}
      </ul>
      {count > 0 && (
        <Part title={t.recoveryCodes} text={t.left(factors.recovery_codes_left)}>
          {button(tasks.codes)}
        </Part>
      )}
      {asked && <Prove task={asked.task} first={asked.stage} onClose={() => setAsked(null)} />}
      {app && (
        <AppDialog
          secret={app}
          onClose={() => setApp(null)}
          onDone={(shown) => {
            setApp(null);
            toast(t.added);
            if (shown.length > 0) setCodes(shown);
            refresh();
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
