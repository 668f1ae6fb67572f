import { useState } from "react";

/** What is typed over what is stored: only what differs is sent, and a newer state below does not erase what was typed. */
export function useDraft<T extends object>(stored: T) {
  const [typed, setTyped] = useState<Partial<T>>({});
  const value: T = { ...stored, ...typed };
  const changes = Object.fromEntries(
    Object.entries(typed).filter(([key, v]) => JSON.stringify(v) !== JSON.stringify(stored[key as keyof T])),
  ) as Partial<T>;
  return {
    value,
    changes,
    changed: Object.keys(changes).length > 0,
    set: <K extends keyof T>(key: K, to: T[K]) => setTyped((before) => ({ ...before, [key]: to })),
    reset: () => setTyped({}),
  };
}
