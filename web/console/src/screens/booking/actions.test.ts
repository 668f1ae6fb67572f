import { describe, expect, it } from "vitest";
import type { Schema } from "@/api/client";
import { feeNow, offers, type Status, undoable } from "./actions";

const start = "2026-12-01T14:00:00+09:00";
const at = (s: string) => Date.parse(s);
const noon = at("2026-12-01T12:00:00+09:00");
const booking = (status: Status, more: Partial<Schema["ConsoleBooking"]> = {}) => ({ status, start, expires_at: null, ...more });
const names = (...of: Parameters<typeof offers>) => offers(...of).map((o) => (o.from === undefined ? o.action : `${o.action} later`));
const owner = { role: "owner", own: false } as const;

describe("what may be done with a booking", () => {
  it("follows its state", () => {
    expect(names(booking("pending_approval"), owner, noon)).toEqual(["approve", "decline", "move", "cancel"]);
    expect(names(booking("pending_payment"), owner, noon)).toEqual(["cancel"]);
    expect(names(booking("confirmed"), owner, noon)).toEqual(["check-in", "move", "complete", "no-show later", "cancel"]);
    expect(names(booking("checked_in"), owner, noon)).toEqual(["complete", "move", "cancel"]);
    for (const over of ["completed", "no_show", "cancelled", "declined", "expired"] as const) {
      expect(names(booking(over), owner, noon)).toEqual([]);
    }
  });
  it("receives nobody before the day of the visit, and calls nobody absent before its start", () => {
    const before = at("2026-11-30T12:00:00+09:00");
    expect(names(booking("confirmed"), owner, before)).toEqual(["check-in later", "move", "complete later", "no-show later", "cancel"]);
    expect(names(booking("confirmed"), owner, at(start))).toContain("no-show");
  });
  it("follows the role", () => {
    expect(names(booking("confirmed"), { role: "assistant", own: false }, noon)).toEqual(["check-in", "complete"]);
    expect(names(booking("pending_approval"), { role: "assistant", own: true }, noon)).toEqual([]);
    expect(names(booking("confirmed"), { role: "staff", own: false }, noon)).toEqual([]);
    expect(names(booking("pending_approval"), { role: "staff", own: true }, noon)).toEqual(["approve", "decline", "move", "cancel"]);
    expect(names(booking("completed"), { role: "assistant", own: false }, noon, true)).toEqual([]);
    expect(names(booking("completed"), { role: "manager", own: false }, noon, true)).toEqual(["undo"]);
  });
  it("approves nothing whose time ran out", () => {
    const lapsed = booking("pending_approval", { expires_at: "2026-12-01T11:00:00+09:00" });
    expect(names(lapsed, owner, noon)).toEqual(["decline", "cancel"]);
  });
});

describe("what can be taken back", () => {
  const entry = (action: string, from: string, to: string, when = "2026-12-01T13:00:00+09:00") =>
    ({ action, from, to, at: when, actor: "member", reason: "", user_id: null, version: 2 }) as Schema["HistoryView"];
  const today = new Date("2026-12-01T20:00:00+09:00");
  const can = (status: Status, last: Schema["HistoryView"], now = today) => undoable({ status }, [last], "Asia/Tokyo", now);
  it("is the last step of the day", () => {
    expect(can("checked_in", entry("check_in", "confirmed", "checked_in"))).toBe(true);
    expect(can("cancelled", entry("cancel", "confirmed", "cancelled"))).toBe(true);
  });
  it("is not how it began, nor what was taken back, nor a move", () => {
    expect(can("checked_in", entry("create", "", "checked_in"))).toBe(false);
    expect(can("confirmed", entry("undo", "checked_in", "confirmed"))).toBe(false);
    expect(can("confirmed", entry("reschedule", "confirmed", "confirmed"))).toBe(false);
  });
  it("is over with the day of the shop, not of the device", () => {
    const late = entry("complete", "checked_in", "completed", "2026-12-01T23:30:00+09:00");
    expect(can("completed", late, new Date("2026-12-01T14:50:00Z"))).toBe(true);
    expect(can("completed", late, new Date("2026-12-01T15:10:00Z"))).toBe(false);
  });
});

describe("the fee of cancelling", () => {
  const b = {
    start,
    price: { total: { amount: 5555, currency: "JPY" }, lines: [], tax: [] },
    cancellation_policy: {
      steps: [
        { hours_before: 2, percent: 100 },
        { hours_before: 24, percent: 50 },
      ],
    },
  } as unknown as Parameters<typeof feeNow>[0];
  it("is of the step nearest to the start, yen rounded down", () => {
    expect(feeNow(b, at("2026-11-29T14:00:00+09:00"))).toMatchObject({ amount: 0, percent: 0 });
    expect(feeNow(b, at("2026-11-30T14:00:00+09:00"))).toMatchObject({ amount: 2777, percent: 50 });
    expect(feeNow(b, at("2026-12-01T12:00:00+09:00"))).toMatchObject({ amount: 5555, percent: 100 });
  });
});
