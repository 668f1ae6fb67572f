import { useSyncExternalStore } from "react";

/** The languages that every screen is complete in. */
export type Lang = "ja" | "en";

export const langNames: Record<Lang, string> = { ja: "日本語", en: "English" };

const key = "lang";
const listeners = new Set<() => void>();
let current: Lang = first();

function first(): Lang {
  const chosen = localStorage.getItem(key);
  if (chosen === "ja" || chosen === "en") return chosen;
  return navigator.languages.some((l) => l.startsWith("ja")) || !navigator.languages.some((l) => l.startsWith("en")) ? "ja" : "en";
}

document.documentElement.lang = current;

export function lang(): Lang {
  return current;
}

export function setLang(to: Lang): void {
  current = to;
  localStorage.setItem(key, to);
  document.documentElement.lang = to;
  for (const told of listeners) told();
}

function subscribe(told: () => void): () => void {
  listeners.add(told);
  return () => listeners.delete(told);
}

export function useLang(): Lang {
  return useSyncExternalStore(subscribe, lang);
}
