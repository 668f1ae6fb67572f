import type { Schema } from "@/api/client";

type Service = Schema["ServiceView"];
type Need = Schema["RequirementInput"];

/** Whether somebody does a service: a need of staff that names nobody is for everybody. */
export function does(service: Service, staff: string): boolean {
  return service.requirements.some((r) => r.kind === "staff" && (r.resource_ids.length === 0 || r.resource_ids.includes(staff)));
}

/** The needs of a service after somebody began or ceased to do it. Nobody at all would mean everybody: undefined then. */
export function withSkill(service: Service, staff: string, on: boolean, everybody: string[]): Need[] | undefined {
  const needs: Need[] = [];
  for (const r of service.requirements) {
    const need: Need = {
      kind: r.kind,
      resource_ids: r.resource_ids,
      units: r.units,
      per_person: r.per_person,
      before_minutes: r.before_minutes,
      after_minutes: r.after_minutes,
      ...(r.gap_start_minute !== null &&
        r.gap_end_minute !== null && { gap_start_minute: r.gap_start_minute, gap_end_minute: r.gap_end_minute }),
    };
    if (r.kind === "staff") {
      const all = r.resource_ids.length === 0 ? everybody : r.resource_ids;
      const others = all.filter((id) => id !== staff);
      if (!on && others.length === 0) return undefined;
      need.resource_ids = on ? [...others, staff] : others;
    }
    needs.push(need);
  }
  return needs;
}
