import { useSyncExternalStore } from "react";

const wide = window.matchMedia("(min-width: 1024px)");

/** Whether there is room for a panel beside the ledger. */
export function useWide(): boolean {
  return useSyncExternalStore(
    (told) => {
      wide.addEventListener("change", told);
      return () => wide.removeEventListener("change", told);
    },
    () => wide.matches,
  );
}
