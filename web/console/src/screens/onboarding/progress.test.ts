import { describe, expect, it } from "vitest";
import type { Schema } from "@/api/client";
import { doneSteps, nextStep, type Step, stepOf, steps } from "./progress";

const nothing = {
  profile: { phone: "", city: "", status: "draft" } as Schema["BusinessView"],
  services: [],
  resources: [],
  hours: { weekly: [], holiday: null, eve: null },
  booked: false,
};

describe("steps", () => {
  it("are none at first", () => expect([...doneSteps(nothing)]).toEqual([]));
  it("begin with the shop", () => expect(nextStep(new Set())).toBe("shop"));
  it("go on where something is missing", () => expect(nextStep(new Set<Step>(["shop", "staff", "hours"]))).toBe("menus"));
  it("end with the test booking", () => expect(nextStep(new Set(steps))).toBe("test"));
  it("do not count a closed week", () =>
    expect(doneSteps({ ...nothing, hours: { weekly: [{ weekday: 1, ranges: [] }], holiday: null, eve: null } }).has("hours")).toBe(false));
  it("do not count what is switched off", () => {
    const services = [{ active: false } as Schema["ServiceView"]];
    expect(doneSteps({ ...nothing, services }).has("menus")).toBe(false);
  });
  it.each(["pending_review", "approved"] as const)("count a shop that is %s as published", (status) =>
    expect(doneSteps({ ...nothing, profile: { ...nothing.profile, status } }).has("publish")).toBe(true),
  );
  it("ask again of a shop that was sent back", () =>
    expect(doneSteps({ ...nothing, profile: { ...nothing.profile, status: "rejected" } }).has("publish")).toBe(false));
});

describe("what is missing", () => {
  it.each([
    ["business.phone", "shop"],
    ["business.hours", "hours"],
    ["business.services", "menus"],
  ] as const)("%s leads to %s", (location, step) => expect(stepOf(location, new Set())).toBe(step));
  it("services that nobody can do lead to the staff", () => expect(stepOf("business.services", new Set<Step>(["menus"]))).toBe("staff"));
  it("what we do not know leads nowhere", () => expect(stepOf("business.licence", new Set())).toBeUndefined());
});
