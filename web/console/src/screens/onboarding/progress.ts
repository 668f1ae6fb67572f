import type { Schema } from "@/api/client";

/** In the order in which they are asked. */
export const steps = ["shop", "menus", "staff", "hours", "publish", "test"] as const;
export type Step = (typeof steps)[number];

interface State {
  profile: Schema["BusinessView"];
  services: Schema["ServiceView"][];
  resources: Schema["ResourceView"][];
  hours: Schema["HoursView"];
  booked: boolean;
}

/** Which steps are done, by what is stored: so it can be left and taken up again anywhere. */
export function doneSteps({ profile, services, resources, hours, booked }: State): Set<Step> {
  const done = new Set<Step>();
  if (profile.phone && profile.city) done.add("shop");
  if (services.some((s) => s.active)) done.add("menus");
  if (resources.some((r) => r.active)) done.add("staff");
  if (hours.weekly.some((d) => d.ranges.length > 0)) done.add("hours");
  if (profile.status === "pending_review" || profile.status === "approved") done.add("publish");
  if (booked) done.add("test");
  return done;
}

/** Where to go on: the first step that is not done. */
export function nextStep(done: ReadonlySet<Step>): Step {
  return steps.find((s) => !done.has(s)) ?? "test";
}

/** The step that has what a refused request for approval lacks. Services are lacking as well when nobody can do them. */
export function stepOf(location: string, done: ReadonlySet<Step>): Step | undefined {
  switch (location.replace(/^business\./, "")) {
    case "name":
    case "phone":
      return "shop";
    case "services":
      return done.has("menus") && !done.has("staff") ? "staff" : "menus";
    case "hours":
      return "hours";
    default:
      return undefined;
  }
}
