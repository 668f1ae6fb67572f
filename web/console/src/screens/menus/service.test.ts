import { describe, expect, it } from "vitest";
import { bodyOf, faultsOfNeed, newService } from "./service";

describe("faultsOfNeed", () => {
  const faults = { "requirements.0.units": "a", "requirements[1].resource_ids[0]": "b", "requirements.1": "c", name: "d" };
  it("finds those of the first", () => expect(faultsOfNeed(faults, 0)).toEqual({ units: "a" }));
  it("finds those of the second, also of things in it", () => expect(faultsOfNeed(faults, 1)).toEqual({ resource_ids: "b", kind: "c" }));
});

describe("bodyOf", () => {
  it("leaves an empty description out", () => expect(bodyOf({ description: { ja: " " } })).toEqual({}));
  it("keeps one in another language", () =>
    expect(bodyOf({ description: { ja: "", en: "x" } })).toEqual({ description: { ja: "", en: "x" } }));
});

describe("newService", () => {
  it("needs somebody of the staff where there is any", () => expect(newService(true).requirements).toEqual([{ kind: "staff" }]));
});
