import { useEffect, useMemo, useState } from "react";
import { createPortal } from "react-dom";
import { useTexts } from "@/text/texts";
import { Button, buttonLook } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Fault } from "@/ui/state";
import { useCopy } from "./copy";
import { words } from "./texts";

/** Shows recovery codes, this once: it closes only by the word that they are kept. */
export function CodesDialog({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const t = useTexts(words);
  const copy = useCopy();
  const [hasty, setHasty] = useState(false);
  const text = codes.join("\n");
  const file = useMemo(() => URL.createObjectURL(new Blob([`${text}\n`], { type: "text/plain" })), [text]);
  useEffect(() => () => URL.revokeObjectURL(file), [file]);
  return (
    <Dialog open onClose={() => setHasty(true)} title={t.recoveryCodes} as="box">
      <div className="flex flex-col gap-4">
        <p>{t.codesOnce}</p>
        <Codes codes={codes} />
        <Fault>{hasty ? t.notKept : ""}</Fault>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={() => void copy(text)}>{t.copy}</Button>
          <a className={buttonLook()} download="omotenashi-recovery-codes.txt" href={file}>
            {t.download}
          </a>
          <Button onClick={() => window.print()}>{t.print}</Button>
          <Button kind="primary" onClick={onClose}>
            {t.keptThem}
          </Button>
        </div>
      </div>
      <Paper title={t.recoveryCodes} codes={codes} />
    </Dialog>
  );
}

function Codes({ codes }: { codes: string[] }) {
  return (
    <ul className="tabular grid grid-cols-2 gap-2 rounded-lg bg-sunken p-3 font-mono">
      {codes.map((code) => (
        <li key={code}>{code}</li>
      ))}
    </ul>
  );
}

/** What is printed: the codes, and not the screen below them. */
function Paper({ title, codes }: { title: string; codes: string[] }) {
  useEffect(() => {
    const screen = document.getElementById("root");
    screen?.classList.add("print:hidden");
    return () => screen?.classList.remove("print:hidden");
  }, []);
  return createPortal(
    <div className="hidden print:block">
      <p>Omotenashi Connect</p>
      <p className="mb-4 text-xl">{title}</p>
      <Codes codes={codes} />
    </div>,
    document.body,
  );
}
