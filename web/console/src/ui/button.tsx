import type { ButtonHTMLAttributes, ReactNode } from "react";

type Kind = "primary" | "plain" | "quiet" | "danger";

const looks: Record<Kind, string> = {
  primary: "bg-accent text-accent-ink hover:brightness-110 font-semibold",
  plain: "bg-surface text-ink border border-line-strong hover:bg-sunken",
  quiet: "text-ink hover:bg-sunken",
  danger: "bg-bad text-bad-ink hover:brightness-110 font-semibold",
};

/** The look of a button, for links that lead on. */
export function buttonLook(kind: Kind = "plain", extra = ""): string {
  return `target inline-flex items-center justify-center gap-2 rounded-lg px-4 py-2 text-center leading-tight disabled:opacity-60 ${looks[kind]} ${extra}`;
}

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: Kind;
  /** Its work is going on: it takes no second press. */
  busy?: boolean;
  children: ReactNode;
}

export function Button({ kind = "plain", busy = false, className = "", type = "button", disabled, children, ...rest }: Props) {
  return (
    <button type={type} className={buttonLook(kind, className)} disabled={disabled || busy} aria-busy={busy || undefined} {...rest}>
      {busy && <span aria-hidden className="size-4 animate-spin rounded-full border-2 border-current border-t-transparent" />}
      {children}
    </button>
  );
}
