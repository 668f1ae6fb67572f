import { type ReactNode, useState } from "react";
import { explain, fieldFaults } from "@/api/problem";
import { common } from "@/text/common";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { TextArea, TextField } from "@/ui/field";
import { Fault } from "@/ui/state";
import { words } from "./texts";

interface Props {
  title: string;
  children?: ReactNode;
  /** Where the reason goes. */
  hint: string;
  action: string;
  danger?: boolean;
  /** What must be typed before. */
  typed?: { label: string; word: string };
  run: (reason: string) => Promise<unknown>;
  onClose: () => void;
}

/** Asks an operator for the reason of what is to be done, and does it. What was typed stays when it fails. */
export function ReasonDialog({ title, children, hint, action, danger, typed, run, onClose }: Props) {
  const t = useTexts(words);
  const c = useTexts(common);
  const [reason, setReason] = useState("");
  const [word, setWord] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [missing, setMissing] = useState(false);
  const [busy, setBusy] = useState(false);
  const go = async () => {
    if (reason.trim() === "") {
      setMissing(true);
      return;
    }
    setBusy(true);
    setError(null);
    try {
      await run(reason.trim());
      onClose();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title={title} as="box">
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(e) => {
          e.preventDefault();
          void go();
        }}
      >
        <Fault>{error ? explain(error, ["reason"]) : ""}</Fault>
        {children}
        <TextArea
          label={t.reason}
          hint={hint}
          required
          maxLength={500}
          value={reason}
          onChange={(e) => {
            setReason(e.target.value);
            setMissing(false);
          }}
          error={missing ? t.required : fieldFaults(error)["reason"]}
        />
        {typed && (
          <TextField label={typed.label} value={word} onChange={(e) => setWord(e.target.value)} autoComplete="off" spellCheck={false} />
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{c.cancel}</Button>
          <Button
            type="submit"
            kind={danger ? "danger" : "primary"}
            busy={busy}
            disabled={typed !== undefined && word.trim() !== typed.word}
          >
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
