import type { Schema } from "@/api/client";

export type Found = Schema["CustomerItem"];

/** Who a booking is for, as it is typed. */
export interface Typed {
  name: string;
  kana: string;
  phone: string;
  email: string;
}

export const nobody: Typed = { name: "", kana: "", phone: "", email: "" };

/** Digits in any width. */
export function digitsOf(s: string): string {
  return s.normalize("NFKC").replace(/\D/g, "");
}

/** What to search customers by while one types: the last four digits or a whole number, else the beginning of a name.
 * Undefined: not enough yet. */
export function searchFor(typed: Pick<Typed, "name" | "kana" | "phone">): string | undefined {
  const digits = digitsOf(typed.phone);
  if (digits.length === 4 || digits.length >= 10) return digits;
  if (digits.length > 0) return undefined; // half a number: what it matches means nothing
  const name = (typed.name || typed.kana).normalize("NFKC").trim();
  const enough = /^[\x20-\x7e]*$/.test(name) ? 2 : 1; // one kanji says more than one letter
  return name.length >= enough ? name : undefined;
}

/** The parts of a name: what stands before the first space is the family's. */
export function nameParts(name: string): [family: string, given: string] {
  const [family = "", ...rest] = name.normalize("NFKC").trim().split(/\s+/);
  return [family, rest.join(" ")];
}

export const isTyped = (t: Typed) => Object.values(t).some((v) => v.trim() !== "");

/** Who the booking is for, as the API takes it; undefined for somebody unknown. A customer who is known goes by the name
 * and number of their record, so that the visit is theirs. */
export function customerBody(typed: Typed, found: Found | null): Schema["CustomerInput"] | undefined {
  if (found) {
    const { family_name, given_name, family_name_kana, given_name_kana, phone, email, locale } = found;
    return { family_name, given_name, family_name_kana, given_name_kana, phone, email, locale };
  }
  if (!isTyped(typed)) return undefined;
  const [family_name, given_name] = nameParts(typed.name);
  const [family_name_kana, given_name_kana] = nameParts(typed.kana);
  return { family_name, given_name, family_name_kana, given_name_kana, phone: typed.phone.trim(), email: typed.email.trim() };
}

export type Caution = "no_show" | "next_visit" | "first";

/** What whoever takes the booking should know of a customer before. */
export function cautions(c: Pick<Found, "no_show_count" | "next_visit_at" | "visit_count">): Caution[] {
  const out: Caution[] = [];
  if (c.no_show_count > 0) out.push("no_show");
  if (c.next_visit_at) out.push("next_visit");
  if (c.visit_count === 0) out.push("first");
  return out;
}
