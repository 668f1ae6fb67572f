import { type Lang, useLang } from "./lang";

// biome-ignore lint/suspicious/noExplicitAny: a text takes whatever it speaks of
type Entry = string | ((...about: any[]) => string) | { [name: string]: string };

type SameShape<T> = { [K in keyof T]: T[K] extends string ? string : T[K] extends { [name: string]: string } ? SameShape<T[K]> : T[K] };

/** The texts of one screen, Japanese first: a text that English lacks does not compile. They lie beside the screen that
 * shows them, so that a route loads its own texts only. */
export function texts<T extends Record<string, Entry>>(of: { ja: T; en: SameShape<T> }): Record<Lang, T> {
  return of as Record<Lang, T>;
}

export function useTexts<T>(of: Record<Lang, T>): T {
  return of[useLang()];
}
