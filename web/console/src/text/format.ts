import { type Lang, lang } from "./lang";

export { addDays, clockTime, minutesOfDay } from "./clock";

/** Text of a business by language, as the API gives it; Japanese is always there. */
export type LocalizedText = Record<string, string | undefined>;

export function inLang(text: LocalizedText, l: Lang = lang()): string {
  return text[l] ?? text["ja"] ?? Object.values(text)[0] ?? "";
}

export function money(of: { amount: number; currency: string }, l: Lang = lang()): string {
  const digits = new Intl.NumberFormat("en", { style: "currency", currency: of.currency }).resolvedOptions().maximumFractionDigits ?? 0;
  const words = new Intl.NumberFormat(l === "ja" ? "ja-JP" : "en", {
    style: "currency",
    currency: of.currency,
    currencyDisplay: "narrowSymbol",
  }).format(of.amount / 10 ** digits);
  // The sign as on the booking site and in mails: the wide one stands apart from its digits.
  return words.replace("\uffe5", "\u00a5");
}

/** A local date as people say it: 11月28日(土), Sat, Nov 28. */
export function dateWords(date: string, l: Lang = lang()): string {
  const at = new Date(`${date}T00:00:00Z`);
  if (l === "ja") {
    const day = new Intl.DateTimeFormat("ja-JP", { weekday: "short", timeZone: "UTC" }).format(at);
    return `${at.getUTCMonth() + 1}月${at.getUTCDate()}日(${day})`;
  }
  return new Intl.DateTimeFormat("en", { weekday: "short", month: "short", day: "numeric", timeZone: "UTC" }).format(at);
}

/** The same with the year. */
export function fullDate(date: string, l: Lang = lang()): string {
  return l === "ja" ? `${date.slice(0, 4)}年${dateWords(date, l)}` : `${dateWords(date, l)}, ${date.slice(0, 4)}`;
}

/** An instant in the zone of a business. */
export function instant(at: string, zone: string, l: Lang = lang()): string {
  return new Intl.DateTimeFormat(l === "ja" ? "ja-JP" : "en", { dateStyle: "medium", timeStyle: "short", timeZone: zone }).format(
    new Date(at),
  );
}

/** The date that the calendar shows in a zone. */
export function todayIn(zone: string, now: Date = new Date()): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" }).format(now);
}
