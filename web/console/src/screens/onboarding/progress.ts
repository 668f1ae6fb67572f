import type { Schema } from "@/api/client";

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

/** Where to go on: services need somebody, so staff come before menus where both are missing. */
export function nextStep(done: ReadonlySet<Step>): Step {
  return order.find((s) => !done.has(s)) ?? "test";
}

/** The order in which it is asked: a service can be made only when somebody can do it. */
export const order: readonly Step[] = ["shop", "staff", "menus", "hours", "publish", "test"];
