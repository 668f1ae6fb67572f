import type { Schema } from "@/api/client";
import type { Entry } from "@/screens/audit/entries";

/** An entry of the platform's trail as the list shows it. */
export function platformEntry(v: Schema["PlatformAuditView"]): Entry {
  return {
    key: v.id,
    at: v.at,
    actorKind: v.actor_id ? "operator" : "system",
    actorId: v.actor_id,
    actorName: v.actor_name,
    action: v.action,
    subject: v.subject,
    reason: v.reason,
    detail: v.detail,
  };
}
