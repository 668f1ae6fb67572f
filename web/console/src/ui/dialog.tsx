import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { common } from "@/text/common";
import { useTexts } from "@/text/texts";
import { Button } from "./button";
import { TextField } from "./field";

interface Props {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  children: ReactNode;
  /** A sheet stands at the side, on a phone at the bottom; a box in the middle. */
  as?: "sheet" | "box";
}

const places = {
  sheet:
    "fixed inset-auto bottom-0 right-0 m-0 max-h-[92dvh] w-full rounded-t-2xl sm:top-0 sm:h-dvh sm:max-h-dvh sm:w-[30rem] sm:rounded-none sm:rounded-l-2xl",
  box: "fixed inset-0 m-auto h-fit max-h-[92dvh] w-[min(32rem,calc(100vw-2rem))] rounded-2xl",
};

/** A dialog of the browser's own: it keeps the focus inside, ends by Escape, and gives the focus back. Its children live
 * only while it is open. */
export function Dialog({ open, onClose, title, children, as = "sheet" }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  const words = useTexts(common);
  useEffect(() => {
    const dialog = ref.current;
    if (!dialog || !open) return;
    const before = document.activeElement;
    dialog.showModal();
    return () => {
      dialog.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, [open]);
  if (!open) return null;
  return (
    <dialog
      ref={ref}
      aria-labelledby={id}
      className={`flex flex-col overflow-hidden bg-surface p-0 text-ink shadow-2xl ${places[as]}`}
      onCancel={(e) => {
        e.preventDefault();
        onClose();
      }}
    >
      <header className="flex items-center justify-between gap-3 border-b border-line px-4 py-2">
        <h2 id={id} className="text-lg font-semibold">
          {title}
        </h2>
        <Button kind="quiet" onClick={onClose} aria-label={words.close}>
          <span aria-hidden>✕</span>
        </Button>
      </header>
      <div className="flex-1 overflow-y-auto p-4">{children}</div>
    </dialog>
  );
}

interface ConfirmProps {
  open: boolean;
  onClose: () => void;
  title: string;
  children?: ReactNode;
  action: string;
  danger?: boolean;
  busy?: boolean;
  error?: string | undefined;
  /** What must be typed before, for what cannot be taken back. */
  typed?: { label: string; word: string };
  onConfirm: () => void;
}

/** Asks before something is done. */
export function Confirm({ open, onClose, title, children, action, danger, busy, error, typed, onConfirm }: ConfirmProps) {
  const words = useTexts(common);
  const [text, setText] = useState("");
  return (
    <Dialog open={open} onClose={onClose} title={title} as="box">
      <form
        className="flex flex-col gap-4"
        onSubmit={(e) => {
          e.preventDefault();
          onConfirm();
        }}
      >
        {children}
        {typed && <TextField label={typed.label} value={text} onChange={(e) => setText(e.target.value)} autoComplete="off" />}
        {error && (
          <p role="alert" className="rounded-lg bg-bad-soft p-3 text-bad">
            {error}
          </p>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button
            type="submit"
            kind={danger ? "danger" : "primary"}
            busy={busy ?? false}
            disabled={typed !== undefined && text.trim() !== typed.word}
          >
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
