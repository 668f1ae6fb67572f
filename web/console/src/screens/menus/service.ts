import type { Schema } from "@/api/client";

type Service = Schema["ServiceView"];

/** A service as it is typed: what a new one needs, with everything that a form shows. */
export type ServiceDraft = Schema["CreateServiceBody"];

/** What the form of a new service begins with. */
export function newService(staff: boolean): ServiceDraft {
  return {
    name: { ja: "" },
    duration_minutes: 60,
    price: { amount: 0, currency: "JPY" },
    tax_percent: 10,
    active: true,
    requirements: [{ kind: staff ? "staff" : "seat" }],
  };
}

/** A stored service as the form takes it. */
export function draftOf(s: Service): ServiceDraft {
  return {
    name: s.name,
    description: s.description ?? { ja: "" },
    duration_minutes: s.duration_minutes,
    price: s.price,
    tax_percent: s.tax_percent as 8 | 10,
    category_id: s.category_id,
    active: s.active,
    active_from: s.active_from,
    active_to: s.active_to,
    customers: s.customers,
    gender_note: s.gender_note,
    min_party: s.min_party,
    max_party: s.max_party,
    per_person: s.per_person,
    nomination: s.nomination,
    option_ids: s.option_ids,
    turn: s.turn,
    prices: s.prices.map((p) => ({ rank_id: p.rank_id, price: p.price })),
    requirements: s.requirements.map((r) => ({
      kind: r.kind,
      resource_ids: r.resource_ids,
      units: r.units,
      per_person: r.per_person,
      before_minutes: r.before_minutes,
      after_minutes: r.after_minutes,
      ...(r.gap_start_minute !== null &&
        r.gap_end_minute !== null && { gap_start_minute: r.gap_start_minute, gap_end_minute: r.gap_end_minute }),
    })),
  };
}

/** What is sent: a description that was left empty is none. */
export function bodyOf(d: Partial<ServiceDraft>): Partial<ServiceDraft> {
  if (!d.description || Object.values(d.description).some((text) => text.trim() !== "")) return d;
  const { description: _, ...rest } = d;
  return rest;
}

/** Faults of one requirement, by its properties. */
export function faultsOfNeed(faults: Record<string, string>, i: number): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [field, message] of Object.entries(faults)) {
    const [, at, name] = /^requirements[.[](\d+)\]?\.?(.*)$/.exec(field) ?? [];
    if (at !== undefined && Number(at) === i) found[name?.replace(/[.[].*$/, "") || "kind"] = message;
  }
  return found;
}
