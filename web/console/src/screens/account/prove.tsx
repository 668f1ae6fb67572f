import { type FormEvent, useState } from "react";
import { api, dataOf, isProblem } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { common } from "@/text/common";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { TextField } from "@/ui/field";
import { Fault } from "@/ui/state";
import { proofOf } from "./code";
import { SecretField } from "./secret-field";
import { words } from "./texts";

type Proof = { password?: string };

/** Something of which the server may want the present password, or a factor shown in this session, before it does it. */
export interface Task {
  title: string;
  run: (proof: Proof) => Promise<void>;
  /** What it does, for what is asked about first. */
  danger?: string;
}

export type Stage = "confirm" | "password" | "factor";

/** What a refusal wants to be shown; undefined for refusals that want something else. */
export function wantedBy(error: unknown): "password" | "factor" | undefined {
  if (isProblem(error, "auth.strong_required")) return "factor";
  return "password" in fieldFaults(error) ? "password" : undefined;
}

interface Props {
  task: Task;
  first: Stage;
  onClose: () => void;
}

/** Asks whether it shall be done, and for what the server wants to see before; then does it. */
export function Prove({ task, first, onClose }: Props) {
  const t = useTexts(words);
  const c = useTexts(common);
  const [stage, setStage] = useState(first);
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const faults = fieldFaults(error);
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    setBusy(true);
    setError(null);
    try {
      if (stage === "factor") {
        const { error: refused } = await api.POST("/api/v1/me/step-up", { body: proofOf(code) });
        dataOf({ error: refused });
      }
      await task.run(password ? { password } : {});
      onClose();
    } catch (e) {
      const wanted = wantedBy(e);
      if (wanted && wanted !== stage) setStage(wanted);
      else setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title={task.title} as="box">
      <form noValidate className="flex flex-col gap-4" onSubmit={(e) => void submit(e)}>
        {task.danger && <p>{task.danger}</p>}
        <Fault>{error ? explain(error, ["password", "code", "recovery_code"]) : ""}</Fault>
        {stage === "password" && (
          <SecretField
            label={t.presentPassword}
            autoComplete="current-password"
            value={password}
            onChange={(e) => setPassword(e.target.value)}
            error={faults["password"]}
          />
        )}
        {stage === "factor" && (
          <TextField
            label={`${t.code} / ${t.recovery}`}
            hint={t.stepUpText}
            autoComplete="one-time-code"
            value={code}
            onChange={(e) => setCode(e.target.value)}
            error={faults["code"] ?? faults["recovery_code"]}
          />
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{c.cancel}</Button>
          <Button
            type="submit"
            kind={task.danger ? "danger" : "primary"}
            busy={busy}
            disabled={(stage === "password" && !password) || (stage === "factor" && !code.trim())}
          >
            {task.danger ? task.title : t.goOn}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
