import type { Schema } from "@/api/client";

type Detail = Schema["CustomerDetail"];

/** What of a customer can be typed. */
export interface Typed {
  family_name: string;
  given_name: string;
  family_name_kana: string;
  given_name_kana: string;
  phone: string;
  email: string;
  birth_date: string;
  locale: "ja" | "en";
  tags: string[];
}

export const typedFields = [
  "family_name",
  "given_name",
  "family_name_kana",
  "given_name_kana",
  "phone",
  "email",
  "birth_date",
  "locale",
  "tags",
] as const;

export const nobody: Typed = {
  family_name: "",
  given_name: "",
  family_name_kana: "",
  given_name_kana: "",
  phone: "",
  email: "",
  birth_date: "",
  locale: "ja",
  tags: [],
};

export function typedOf(c: Detail): Typed {
  return { ...c, phone: phoneWords(c.phone), birth_date: c.birth_date ?? "" };
}

/** A phone number as people write it: Japanese ones without the country, mobiles, Tokyo, Osaka and free numbers in their groups. */
export function phoneWords(phone: string): string {
  if (!phone.startsWith("+81")) return phone;
  const national = `0${phone.slice(3)}`;
  const groups = /^(0[5-9]0|0[36])(\d{4})(\d{4})$/.exec(national) ?? /^(0120)(\d{3})(\d{3})$/.exec(national);
  return groups ? groups.slice(1).join("-") : national;
}

interface Names {
  family_name: string;
  given_name: string;
  family_name_kana: string;
  given_name_kana: string;
}

export function fullName(c: Names): string {
  return [c.family_name, c.given_name].filter(Boolean).join(" ");
}

export function fullKana(c: Names): string {
  return [c.family_name_kana, c.given_name_kana].filter(Boolean).join(" ");
}

/** What the server made of what was typed, where it is written otherwise: ﾔﾏﾀﾞ became ヤマダ. */
export function conversions(sent: Partial<Typed>, got: Detail): { field: keyof Typed; typed: string; became: string }[] {
  const stored = typedOf(got);
  return typedFields.flatMap((field) => {
    const [typed, became] = [sent[field], stored[field]];
    if (typeof typed !== "string" || typeof became !== "string" || typed === became || typed === "") return [];
    return [{ field, typed, became }];
  });
}

/** Which value stays of each field when the other becomes part of this one: this one's, where it has one. */
export interface Kept {
  field: "name" | "kana" | "phone" | "email" | "birth_date" | "tags";
  mine: string;
  theirs: string;
  result: string;
  /** The result comes from the other. */
  taken: boolean;
}

export function mergePreview(mine: Detail, theirs: Detail): Kept[] {
  const values = (c: Detail) => ({
    name: fullName(c),
    kana: fullKana(c),
    phone: phoneWords(c.phone),
    email: c.email,
    birth_date: c.birth_date ?? "",
  });
  const [a, b] = [values(mine), values(theirs)];
  const kept = (Object.keys(a) as (keyof typeof a)[]).map((field) => ({
    field,
    mine: a[field],
    theirs: b[field],
    result: a[field] || b[field],
    taken: a[field] === "" && b[field] !== "",
  }));
  const tags = [...new Set([...mine.tags, ...theirs.tags])];
  const more = tags.length > mine.tags.length;
  return [...kept, { field: "tags", mine: mine.tags.join("、"), theirs: theirs.tags.join("、"), result: tags.join("、"), taken: more }];
}

/** What visits that took place came to, by currency. */
export function takings(bookings: readonly Schema["ConsoleBooking"][]): Schema["Money"][] {
  const sums = new Map<string, number>();
  for (const b of bookings) {
    if (b.status !== "completed" && b.status !== "checked_in") continue;
    const { amount, currency } = b.price.total;
    sums.set(currency, (sums.get(currency) ?? 0) + amount);
  }
  return [...sums].map(([currency, amount]) => ({ amount, currency }));
}
