import { useState } from "react";
import { minutesOfDay } from "@/text/clock";
import type { Ledger } from "../ledger/day";
import { type Draft, firstMinute, type Offered } from "./visit";
import { nobody } from "./who";

interface Given {
  date: string;
  start?: string | undefined;
  resourceId?: string | undefined;
  walkIn?: boolean | undefined;
}

/** What a booking begins as: where it was tapped, or now. */
export function begun(given: Given, ledger: Ledger): Draft {
  const staff = ledger.resources.find((r) => r.id === given.resourceId && r.kind === "staff");
  return {
    date: given.date,
    minute: given.start ? minutesOfDay(given.date, given.start) : firstMinute(ledger),
    lines: [],
    set: null,
    staff: staff?.id ?? null,
    asked: false,
    party: null,
    typed: nobody,
    found: null,
    note: "",
    tell: true,
    walkIn: given.walkIn ?? false,
    reason: "",
  };
}

/** The draft of an open sheet. What was typed survives every refusal: only closing the sheet forgets it. */
export function useBegun(given: Given, ledger: Ledger) {
  const [draft, setDraft] = useState(() => begun(given, ledger));
  const set = (to: Partial<Draft>) => setDraft((before) => ({ ...before, ...to }));
  return { draft, set };
}

/** Takes a menu in or out; a set takes the place of everything, and ends where its services change. */
export function toggled(draft: Draft, service: string): Pick<Draft, "lines" | "set"> {
  const without = draft.lines.filter((l) => l.service !== service);
  if (without.length < draft.lines.length) return { lines: draft.set ? [] : without, set: null };
  return { lines: draft.set ? [{ service, options: [] }] : [...draft.lines, { service, options: [] }], set: null };
}

export function withSet(of: Offered, draft: Draft, id: string): Pick<Draft, "lines" | "set"> {
  const set = of.sets.find((s) => s.id === id);
  if (!set || draft.set === id) return { lines: [], set: null };
  return { lines: set.service_ids.map((service) => ({ service, options: [] })), set: id };
}

export function withOption(draft: Draft, line: number, option: string): Pick<Draft, "lines"> {
  const flip = (list: string[]) => (list.includes(option) ? list.filter((o) => o !== option) : [...list, option]);
  return { lines: draft.lines.map((l, i) => (i === line ? { ...l, options: flip(l.options) } : l)) };
}
