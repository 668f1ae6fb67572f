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
