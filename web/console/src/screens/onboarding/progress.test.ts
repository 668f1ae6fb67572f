import { describe, expect, it } from "vitest";
import type { Schema } from "@/api/client";
import { doneSteps, nextStep, order, type Step, steps } from "./progress";
import { servedBy, suggestedMenus } from "./suggestions";

const nothing = {
  profile: { phone: "", city: "", status: "draft" } as Schema["BusinessView"],
  services: [],
  resources: [],
  hours: { weekly: [], holiday: null, eve: null },
  booked: false,
};

describe("steps", () => {
  it("are none at first", () => expect([...doneSteps(nothing)]).toEqual([]));
  it("begin with the shop, and ask for people before menus", () => {
    expect(nextStep(new Set())).toBe("shop");
    expect(nextStep(new Set<Step>(["shop"]))).toBe("staff");
  });
  it("go on where something is missing", () => expect(nextStep(new Set<Step>(["shop", "staff", "hours"]))).toBe("menus"));
  it("end with the test booking", () => expect(nextStep(new Set(steps))).toBe("test"));
  it("are all asked for, each once", () => expect([...order].sort()).toEqual([...steps].sort()));
  it("do not count a closed week", () =>
    expect(doneSteps({ ...nothing, hours: { weekly: [{ weekday: 1, ranges: [] }], holiday: null, eve: null } }).has("hours")).toBe(false));
});

describe("suggestions", () => {
  const trades = ["hair_salon", "nail_eyelash", "spa_massage", "clinic", "restaurant", "fitness", "lodging", "lesson"] as const;
  it.each(trades)("of %s are three, within what the server takes", (trade) => {
    const list = suggestedMenus(trade);
    expect(list).toHaveLength(3);
    for (const m of list) {
      expect(m.minutes % 5).toBe(0);
      expect(m.minutes).toBeGreaterThanOrEqual(5);
      expect(m.yen).toBeGreaterThanOrEqual(0);
      expect(m.ja && m.en).toBeTruthy();
    }
  });
  it("give tables to guests of restaurants", () => expect(servedBy("restaurant")).toBe("seat"));
});
