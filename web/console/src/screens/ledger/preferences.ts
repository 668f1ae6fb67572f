import { useCallback, useState, useSyncExternalStore } from "react";

// What one chose for the ledger of a business on this device.

function read<T>(key: string, otherwise: T): T {
  try {
    const text = localStorage.getItem(key);
    return text === null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise;
  }
}

export function useChoice<T>(business: string, what: string, otherwise: T): [T, (to: T) => void] {
  const key = `ledger.${what}.${business}`;
  const [value, setValue] = useState<T>(() => read(key, otherwise));
  const choose = useCallback(
    (to: T) => {
      setValue(to);
      localStorage.setItem(key, JSON.stringify(to));
    },
    [key],
  );
  return [value, choose];
}

const narrow = window.matchMedia("(max-width: 639px)");

export function useNarrow(): boolean {
  return useSyncExternalStore(
    (told) => {
      narrow.addEventListener("change", told);
      return () => narrow.removeEventListener("change", told);
    },
    () => narrow.matches,
  );
}
