import { useEffect, useSyncExternalStore } from "react";
import { common } from "@/text/common";
import { useTexts } from "@/text/texts";
import { Button } from "./button";

interface Toast {
  id: number;
  text: string;
  kind: "good" | "bad";
  action?: { label: string; run: () => void };
  /** Milliseconds; what went wrong stays until it is closed. */
  stays?: number;
}

let list: readonly Toast[] = [];
let next = 1;
const listeners = new Set<() => void>();

function change(to: readonly Toast[]): void {
  list = to;
  for (const told of listeners) told();
}

function drop(id: number): void {
  change(list.filter((t) => t.id !== id));
}

/** Says shortly what happened, with a way back where there is one (10 s). */
export function toast(text: string, more: { kind?: "good" | "bad"; action?: Toast["action"] } = {}): void {
  const kind = more.kind ?? "good";
  const stays = kind === "bad" ? undefined : more.action ? 10_000 : 4_000;
  change([
    ...list.filter((t) => t.text !== text).slice(-2),
    { id: next++, text, kind, ...(more.action && { action: more.action }), ...(stays && { stays }) },
  ]);
}

function Item({ item }: { item: Toast }) {
  const words = useTexts(common);
  useEffect(() => {
    if (!item.stays) return;
    const timer = setTimeout(() => drop(item.id), item.stays);
    return () => clearTimeout(timer);
  }, [item]);
  return (
    <div
      data-toast
      className={`flex items-center gap-2 rounded-lg border px-4 py-1 shadow-lg ${item.kind === "bad" ? "border-bad bg-bad-soft text-bad" : "border-line bg-surface text-ink"}`}
    >
      <span className="flex-1 py-2">{item.text}</span>
      {item.action && (
        <Button
          kind="quiet"
          className="font-semibold"
          onClick={() => {
            drop(item.id);
            item.action?.run();
          }}
        >
          {item.action.label}
        </Button>
      )}
      <Button kind="quiet" aria-label={words.close} onClick={() => drop(item.id)}>
        <span aria-hidden>✕</span>
      </Button>
    </div>
  );
}

export function Toaster() {
  const items = useSyncExternalStore(
    (told) => {
      listeners.add(told);
      return () => listeners.delete(told);
    },
    () => list,
  );
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-4 bottom-4 z-50 mx-auto flex max-w-xl flex-col gap-2 *:pointer-events-auto"
    >
      {items.map((t) => (
        <Item key={t.id} item={t} />
      ))}
    </div>
  );
}
