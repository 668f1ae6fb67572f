import { describe, expect, it } from "vitest";
import { moved } from "./order";

const order = {
  groups: [
    { category_id: "cuts", service_ids: ["a", "b"] },
    { category_id: "colours", service_ids: ["c"] },
    { category_id: null, service_ids: [] },
  ],
};
const ids = (o: typeof order) => o.groups.map((g) => g.service_ids.join(""));

describe("moved", () => {
  it("exchanges neighbours", () => expect(ids(moved(order, "b", -1) as typeof order)).toEqual(["ba", "c", ""]));
  it("goes over to the next category", () => expect(ids(moved(order, "b", 1) as typeof order)).toEqual(["a", "bc", ""]));
  it("goes over to the end of the one before", () => expect(ids(moved(order, "c", -1) as typeof order)).toEqual(["abc", "", ""]));
  it("goes over to an empty one", () => expect(ids(moved(order, "c", 1) as typeof order)).toEqual(["ab", "", "c"]));
  it("stays at the top", () => expect(moved(order, "a", -1)).toBe(order));
  it("leaves the order that it was given as it was", () => {
    moved(order, "a", 1);
    expect(ids(order)).toEqual(["ab", "c", ""]);
  });
});
