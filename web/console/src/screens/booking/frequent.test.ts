import { describe, expect, it } from "vitest";
import { byFrequency, counted, weightAt } from "./frequent";

const day = 86_400_000;
const menu = [
  { id: "cut", position: 0 },
  { id: "colour", position: 1 },
  { id: "perm", position: 2 },
];
const order = (used: Parameters<typeof byFrequency>[1], now = 0) => byFrequency(menu, used, now).map((m) => m.id);

describe("menus by frequency", () => {
  it("follow the menu where nothing was entered", () => {
    expect(order({})).toEqual(["cut", "colour", "perm"]);
  });
  it("begin with what was entered most, and leave the rest in its order", () => {
    const used = counted(counted(counted({}, ["perm"], 0), ["perm"], 0), ["colour"], 0);
    expect(order(used)).toEqual(["perm", "colour", "cut"]);
  });
  it("forget slowly: lately counts more than often", () => {
    let used = counted(counted({}, ["cut"], 0), ["cut"], 0);
    used = counted(used, ["perm"], 45 * day);
    expect(order(used, 45 * day)[0]).toBe("perm");
    expect(weightAt(used, "cut", 15 * day)).toBeCloseTo(1);
  });
  it("count a menu once a booking", () => {
    expect(weightAt(counted({}, ["cut", "cut"], 0), "cut", 0)).toBe(1);
  });
  it("remember a bounded number", () => {
    const ids = Array.from({ length: 100 }, (_, i) => `m${i}`);
    expect(Object.keys(counted({}, ids, 0))).toHaveLength(60);
  });
});
