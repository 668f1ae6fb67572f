import { useEffect, useRef } from "react";
import { singleKeys } from "./help-dialog";

/** Whether keys belong to somebody else: a field, a menu, a dialog. */
function taken(e: KeyboardEvent): boolean {
  if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return true;
  const at = e.target instanceof HTMLElement ? e.target : null;
  if (at?.closest("input, textarea, select, [contenteditable], dialog, [role=dialog]")) return true;
  return document.querySelector("dialog[open]") !== null;
}

/** Single keys of the screen, as long as nobody is typing. */
export function useKeys(ways: Record<string, () => void>): void {
  const live = useRef(ways);
  live.current = ways;
  useEffect(() => {
    const down = (e: KeyboardEvent) => {
      if (taken(e)) return;
      const way = live.current[e.key.length === 1 ? e.key.toLowerCase() : e.key];
      if (!way || (e.key.length === 1 && !singleKeys())) return;
      e.preventDefault();
      way();
    };
    window.addEventListener("keydown", down);
    return () => window.removeEventListener("keydown", down);
  }, []);
}
