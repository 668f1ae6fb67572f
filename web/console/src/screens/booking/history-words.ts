import type { Schema } from "@/api/client";
import type { PanelWords } from "./panel-texts";

type Entry = Schema["HistoryView"];

/** What was done, in words; a kind that is not known yet is still a change. */
export function whatWasDone(e: Pick<Entry, "action" | "to">, w: PanelWords): string {
  if (e.action === "create" && e.to === "checked_in") return w.madeWalkIn;
  if (e.action === "create" && e.to === "pending_approval") return w.requested;
  return (w.actions as Record<string, string>)[e.action] ?? w.otherChange;
}

/** Who did it: oneself, a member by name where it is known, else what kind of somebody. */
export function whoDidIt(
  e: Pick<Entry, "actor" | "user_id">,
  me: string | undefined,
  names: ReadonlyMap<string, string>,
  w: PanelWords,
): string {
  if (e.actor !== "member" || e.user_id === null) return w.actors[e.actor];
  return e.user_id === me ? w.you : (names.get(e.user_id) ?? w.actors.member);
}
