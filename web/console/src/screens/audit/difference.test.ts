import { expect, test } from "vitest";
import { dayBegins, difference, subjectOf } from "./difference";

test("a state that became another is before and after", () => {
  expect(difference({ from: "confirmed", to: "checked_in", version: 2 })).toEqual([
    { name: "state", before: "confirmed", after: "checked_in" },
    { name: "version", value: 2 },
  ]);
  expect(difference({ from: "staff", to: "staff", resource: true })).toEqual([{ name: "resource", value: true }]);
});

test("dates are a span, not a change", () => {
  expect(difference({ from: "2026-12-30", to: "2027-01-03", dates: 5 })).toEqual([
    { name: "span", value: "2026-12-30 – 2027-01-03" },
    { name: "dates", value: 5 },
  ]);
  expect(difference({ resource_id: "r", from_date: "2026-12-01", to_date: "2026-12-01" })).toEqual([
    { name: "span", value: "2026-12-01" },
    { name: "resource_id", value: "r" },
  ]);
});

test("pairs are compared, what did not change or is empty is left out", () => {
  expect(difference({ killed: [false, false], percent: [0, 25], added: ["b"], removed: [] })).toEqual([
    { name: "percent", before: 0, after: 25 },
    { name: "added", value: ["b"] },
  ]);
  expect(difference({ fields: ["phone", "email"], overridden: false, granted: false })).toEqual([
    { name: "fields", value: ["phone", "email"] },
    { name: "granted", value: false },
  ]);
  expect(difference({})).toEqual([]);
});

test("a state that only began stays a value", () => {
  expect(difference({ from: "manager", previous_owner: "m" })).toEqual([
    { name: "from", value: "manager" },
    { name: "previous_owner", value: "m" },
  ]);
});

test("subjects fall into kind and id", () => {
  expect(subjectOf("booking:01-a")).toEqual({ kind: "booking", id: "01-a" });
  expect(subjectOf("holiday:2026-12-01")).toEqual({ kind: "holiday", id: "2026-12-01" });
  expect(subjectOf("invariants")).toEqual({ kind: "invariants", id: "" });
});

test("a day begins by the clocks of its zone, also where these change", () => {
  expect(dayBegins("2026-12-01", "Asia/Tokyo")).toBe("2026-11-30T15:00:00.000Z");
  expect(dayBegins("2026-03-29", "Europe/Berlin")).toBe("2026-03-28T23:00:00.000Z");
  expect(dayBegins("2026-03-30", "Europe/Berlin")).toBe("2026-03-29T22:00:00.000Z");
  expect(dayBegins("2026-12-01", "UTC")).toBe("2026-12-01T00:00:00.000Z");
});
