import { type ReactNode, useEffect } from "react";

interface PageProps {
  title: string;
  /** The title is the name of somebody, or of a business: it keeps its direction to itself. */
  named?: boolean;
  actions?: ReactNode;
  intro?: ReactNode;
  children: ReactNode;
}

/** A screen: its title, what can be done, what it shows. */
export function Page({ title, named, actions, intro, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Omotenashi Connect`;
  }, [title]);
  return (
    <div className="mx-auto w-full max-w-6xl px-4 py-5">
      <header className="mb-5 flex flex-wrap items-center justify-between gap-3">
        <h1 className="min-w-0 text-2xl font-semibold wrap-anywhere">{named ? <bdi>{title}</bdi> : title}</h1>
        {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
      </header>
      {intro && <p className="mb-5 max-w-3xl text-ink-soft">{intro}</p>}
      {children}
    </div>
  );
}

/** A part of a screen with a heading of its own. */
export function Section({ title, actions, children }: { title: ReactNode; actions?: ReactNode; children: ReactNode }) {
  return (
    <section className="mb-6 rounded-xl border border-line bg-surface">
      <header className="flex flex-wrap items-center justify-between gap-2 border-b border-line px-4 py-2">
        <h2 className="py-1 text-lg font-semibold">{title}</h2>
        {actions}
      </header>
      <div className="p-4">{children}</div>
    </section>
  );
}

type Tone = "good" | "warn" | "bad" | "info" | "calm";

const tones: Record<Tone, string> = {
  good: "bg-good-soft text-good",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  info: "bg-info-soft text-info",
  calm: "bg-sunken text-ink-soft",
};

/** A state by colour and word; an icon before it, for who sees no colours. */
export function Badge({ tone = "calm", icon, children }: { tone?: Tone; icon?: string; children: ReactNode }) {
  return (
    <span className={`inline-flex items-center gap-1 whitespace-nowrap rounded-full px-2.5 py-0.5 text-sm font-medium ${tones[tone]}`}>
      {icon && <span aria-hidden>{icon}</span>}
      {children}
    </span>
  );
}

/** A table that scrolls sideways by itself where the screen is narrow. */
export function Table({ caption, head, children }: { caption: string; head: ReactNode; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className="relative overflow-x-auto rounded-xl border border-line bg-surface" aria-label={caption} tabIndex={0}>
      <table className="w-full border-collapse text-left wrap-break-word [&_tbody_th]:border-t [&_tbody_th]:border-line [&_td]:border-t [&_td]:border-line [&_td]:px-4 [&_td]:py-2.5 [&_th]:px-4 [&_th]:py-2.5 [&_th]:text-sm [&_th]:font-medium [&_th]:text-ink-soft">
        <caption className="sr-only">{caption}</caption>
        <thead>{head}</thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}
