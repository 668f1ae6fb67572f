import type { Schema } from "@/api/client";
import type { Role } from "@/shell/business";

export type Given = Exclude<Role, "owner">;

/** Which roles somebody may give, and whose they may change: managers look after staff and assistants. */
export function mayGive(role: Role): Given[] {
  if (role === "owner") return ["manager", "staff", "assistant"];
  return role === "manager" ? ["staff", "assistant"] : [];
}

export function mayChange(role: Role, other: Role, self: boolean): boolean {
  return !self && other !== "owner" && mayGive(role).includes(other);
}

/** The staff that a member can be: nobody is two members. `own` stays, even when they serve no more. */
export function unclaimed<R extends Pick<Schema["ResourceView"], "id" | "kind" | "active">>(
  resources: readonly R[],
  members: readonly Pick<Schema["MemberView"], "resource_id">[],
  own: string | null,
): R[] {
  const taken = new Set(members.map((m) => m.resource_id));
  return resources.filter((r) => r.id === own || (r.kind === "staff" && r.active && !taken.has(r.id)));
}
