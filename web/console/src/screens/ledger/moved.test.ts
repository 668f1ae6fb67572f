import { describe, expect, it } from "vitest";
import { type Booking, type Ledger, occupies } from "./day";
import type { Verdict } from "./judge";
import { differences, movedTo, withBooking } from "./moved";
import { canCancel, canCheckIn, rightsOf } from "./rights";

const at = (clock: string, day = "01") => `2026-12-${day}T${clock}:00+09:00`;
const booking = {
  id: "b",
  date: "2026-12-01",
  status: "confirmed",
  start: at("10:00"),
  end: at("11:00"),
  version: 3,
  expires_at: null,
  items: [{ start: at("10:00"), end: at("11:00") }],
  serving: [{ item: 0, resource_id: "sato", unit: 1, start: at("09:50"), end: at("11:00") }],
} as unknown as Booking;
const ledger = { date: "2026-12-01", timezone: "Asia/Tokyo", bookings: [booking] } as unknown as Ledger;
const free: Verdict = { kind: "free", soft: false, consent: false };

describe("a booking that was dropped", () => {
  it("is drawn at its new time with all that serves it, past midnight too", () => {
    const moved = movedTo(ledger, booking, 25 * 60, free);
    expect([moved.start, moved.end]).toEqual([at("01:00", "02"), at("02:00", "02")]);
    expect(moved.serving[0]).toMatchObject({ resource_id: "sato", start: at("00:50", "02"), end: at("02:00", "02") });
  });

  it("is drawn with whom the verdict found", () => {
    const need = { item: 0, kind: "staff" as const, candidates: [], units: 1, spans: [{ from: -10, to: 60 }] };
    const moved = movedTo(ledger, booking, 12 * 60, { ...free, picks: [{ need, resource: "suzuki", units: [1] }] });
    expect(moved.serving).toEqual([{ item: 0, resource_id: "suzuki", unit: 1, start: at("11:50"), end: at("13:00") }]);
  });

  it("is drawn as long as it is to be", () => {
    const longer = movedTo(ledger, booking, 10 * 60, free, 90);
    expect([longer.start, longer.end, longer.items[0]?.end, longer.serving[0]?.end]).toEqual([
      at("10:00"),
      at("11:30"),
      at("11:30"),
      at("11:30"),
    ]);
  });

  it("takes its place in the order, and leaves a day to which it no longer belongs", () => {
    const other = { ...booking, id: "c", start: at("12:00") };
    const day = { ...ledger, bookings: [booking, other] };
    expect(withBooking(day, { ...booking, start: at("13:00") }).bookings.map((b) => b.id)).toEqual(["c", "b"]);
    expect(withBooking(day, { ...booking, date: "2026-12-02" }).bookings).toEqual([other]);
  });
});

it("says what somebody else changed", () => {
  expect(differences(booking, { ...booking, version: 4, start: at("10:30"), status: "checked_in" })).toEqual(["time", "status"]);
  expect(differences(booking, { ...booking, version: 4, end: at("11:30") })).toEqual(["time"]);
  expect(differences(booking, { ...booking, version: 4, serving: [] })).toEqual(["staff"]);
  expect(differences(booking, { ...booking, version: 4 })).toEqual(["other"]);
});

it("counts what is pending until it runs out", () => {
  const asked = { ...booking, status: "pending_approval" as const, expires_at: at("09:00") };
  expect(occupies(asked, Date.parse(at("08:59")))).toBe(true);
  expect(occupies(asked, Date.parse(at("09:00")))).toBe(false);
  expect(occupies({ ...booking, status: "completed" }, 0)).toBe(false);
});

describe("rights", () => {
  it("of staff are those over what they serve", () => {
    const mine = rightsOf("staff", "sato", true);
    const others = rightsOf("staff", "suzuki", true);
    expect([mine.change(booking), mine.receive(booking), mine.see(booking)]).toEqual([true, true, true]);
    expect([others.change(booking), others.receive(booking), others.see(booking), others.enter]).toEqual([false, false, false, true]);
    expect(rightsOf("staff", null, true).change(booking)).toBe(false);
  });

  it("of assistants end at receiving guests", () => {
    const r = rightsOf("assistant", null, true);
    expect([r.receive(booking), r.change(booking), r.enter, r.find, r.override]).toEqual([true, false, false, false, false]);
  });

  it("end without a connection", () => {
    const r = rightsOf("owner", null, false);
    expect([r.receive(booking), r.change(booking), r.enter, r.find]).toEqual([false, false, false, false]);
  });

  it("do not reach what is over", () => {
    expect([canCheckIn(booking), canCheckIn({ ...booking, status: "checked_in" })]).toEqual([true, false]);
    expect([canCancel({ ...booking, status: "checked_in" }), canCancel({ ...booking, status: "completed" })]).toEqual([true, false]);
  });
});
