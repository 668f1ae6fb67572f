import { describe, expect, it } from "vitest";
import { bodyOf, rowsOf } from "./rows";

const day = { start_minute: 600, end_minute: 1140 };

describe("rows of hours", () => {
  const stored = { weekly: [{ weekday: 1, ranges: [day] }], holiday: { ranges: [] }, eve: null };
  it("has every weekday, and holidays that have hours of their own", () =>
    expect(rowsOf(stored)).toEqual({ "0": [], "1": [day], "2": [], "3": [], "4": [], "5": [], "6": [], holiday: [] }));
  it("comes back as it was", () =>
    expect(bodyOf(rowsOf(stored))).toEqual({ weekly: [{ weekday: 1, ranges: [day] }], holiday: { ranges: [] } }));
});
