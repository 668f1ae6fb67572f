import { clockTime, inLang } from "@/text/format";
import type { Lang } from "@/text/lang";
import { type Booking, type Column, type Status, within } from "./day";
import type { Verdict } from "./judge";
import type { MoveWords } from "./move-texts";
import type { Words } from "./texts";

// A state is told by colour, icon and word, each alone.

interface Look {
  icon: string;
  block: string;
  tone: "good" | "warn" | "bad" | "info" | "calm";
}

export const looks: Record<Status, Look> = {
  pending_payment: { icon: "¥", tone: "warn", block: "border-warn bg-warn-soft" },
  pending_approval: { icon: "◷", tone: "warn", block: "border-warn border-dashed bg-warn-soft" },
  confirmed: { icon: "●", tone: "info", block: "border-info bg-info-soft" },
  checked_in: { icon: "▶", tone: "good", block: "border-good bg-good-soft" },
  completed: { icon: "✓", tone: "calm", block: "border-line-strong bg-sunken text-ink-soft" },
  no_show: { icon: "⊘", tone: "bad", block: "border-bad bg-bad-soft" },
  cancelled: { icon: "✕", tone: "calm", block: "border-line-strong border-dashed bg-surface text-ink-soft line-through" },
  declined: { icon: "✕", tone: "calm", block: "border-line-strong border-dashed bg-surface text-ink-soft line-through" },
  expired: { icon: "✕", tone: "calm", block: "border-line-strong border-dashed bg-surface text-ink-soft line-through" },
};

/** How the business calls the customer of a booking. */
export function customerOf(b: Booking, t: Words): string {
  const name = [b.customer.family_name, b.customer.given_name].filter(Boolean).join(" ");
  return name ? t.honoured(name) : t.walkInName;
}

export function menuOf(b: Booking, lang: Lang, items: readonly number[] = b.items.map((_, i) => i)): string {
  return items.map((i) => inLang(b.items[i]?.service.name ?? {}, lang)).join("・");
}

export function timesOf(b: Booking): string {
  const at = within(b.date, b);
  return `${clockTime(at.from)}–${clockTime(at.to)}`;
}

export const isNominated = (b: Booking) => b.items.some((i) => i.staff !== null);

export function nameOf(column: Column | null | undefined, t: Words, lang: Lang): string {
  return column ? inLang(column.name, lang) : t.unassigned;
}

/** All that a block shows and more, as one sentence in its order, for who does not see it. */
export function sentence(b: Booking, items: readonly number[], first: boolean, t: Words, lang: Lang): string {
  return [
    customerOf(b, t),
    first && t.firstVisit,
    t.status[b.status],
    menuOf(b, lang, items),
    timesOf(b),
    isNominated(b) && t.nominated,
    b.party_size > 1 && t.party(b.party_size),
    b.outside_rules && t.outsideShort,
    b.note && t.note,
  ]
    .filter(Boolean)
    .join(" ");
}

/** A verdict in words; `end` where only the end moves. */
export function verdictWords(v: Verdict, start: number, to: string, m: MoveWords, t: Words, lang: Lang, end?: number): string {
  const who = v.column ? nameOf(v.column, t, lang) : to;
  const from = clockTime(v.at?.from ?? start);
  switch (v.kind) {
    case "free":
      if (end !== undefined) return m.fits(clockTime(end));
      return `${m.free(to, clockTime(start))}${v.consent ? ` (${m.consent})` : ""}`;
    case "state":
      return m.state;
    case "unable":
      return v.column && v.column.kind !== "staff" ? m.notStaff : m.unable(who);
    case "past":
      return m.past;
    case "closed":
      return m.closed(from, clockTime(v.at?.to ?? start));
    case "off":
      return v.pause ? m.pause(who, from) : m.off(who, from, clockTime(v.at?.to ?? start));
    case "taken":
      if (v.other) return m.taken(clockTime(within(v.other.date, v.other).from), customerOf(v.other, t));
      if (v.held) return m.held(from);
      return v.column ? m.full(who) : m.nobody;
  }
}
