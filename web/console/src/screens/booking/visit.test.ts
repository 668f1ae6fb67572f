import { describe, expect, it } from "vitest";
import type { Ledger } from "../ledger/day";
import {
  bodyOf,
  couldBeHere,
  type Draft,
  firstMinute,
  judged,
  lengthOf,
  nearFree,
  type Offered,
  offeredOn,
  partyOf,
  priceOf,
} from "./visit";
import { nobody } from "./who";

const yen = (amount: number) => ({ amount, currency: "JPY" });
const staff = (id: string, more = {}) => ({
  id,
  kind: "staff",
  active: true,
  capacity: 1,
  min_party: 1,
  max_party: 9,
  nominatable: true,
  nomination_fee: yen(500),
  rank_id: null,
  name: { ja: id },
  ...more,
});
const service = (id: string, minutes: number, price: number, of: string[], more = {}) => ({
  id,
  active: true,
  active_from: null,
  active_to: null,
  duration_minutes: minutes,
  price: yen(price),
  prices: [],
  nomination: "optional",
  per_person: false,
  min_party: 1,
  max_party: 9,
  name: { ja: id },
  requirements: [
    {
      id: "r",
      kind: "staff",
      units: 1,
      per_person: false,
      before_minutes: 0,
      after_minutes: 0,
      gap_start_minute: null,
      gap_end_minute: null,
      resource_ids: of,
    },
  ],
  ...more,
});
const shop = {
  services: [
    service("cut", 60, 5000, []),
    service("spa", 30, 3000, ["sato"]),
    service("feast", 120, 4000, [], { per_person: true, min_party: 2, nomination: "none" }),
    service("vip", 30, 9000, [], { nomination: "required" }),
  ],
  resources: [staff("sato"), staff("ito", { nominatable: false }), staff("abe", { rank_id: "top" })],
  options: [{ id: "wash", active: true, duration_minutes: 15, price: yen(700), name: { ja: "wash" }, position: 0, version: 1 }],
  sets: [{ id: "both", active: true, price: yen(7000), service_ids: ["cut", "spa"] }],
} as unknown as Offered;

const ledger = {
  date: "2026-12-01",
  timezone: "Asia/Tokyo",
  now: "2026-12-01T12:07:00+09:00",
  grid_minutes: 30,
  hours: [{ start_minute: 600, end_minute: 1200 }],
  bookings: [],
  holds: [],
  resources: ["sato", "ito", "abe"].map((id) => ({
    id,
    kind: "staff",
    capacity: 1,
    always: false,
    works: [{ start_minute: 600, end_minute: id === "sato" ? 900 : 1200 }],
    name: { ja: id },
  })),
} as unknown as Ledger;

const draft = (more: Partial<Draft> = {}): Draft => ({
  date: "2026-12-01",
  minute: 840,
  lines: [{ service: "cut", options: [] }],
  set: null,
  staff: null,
  asked: false,
  party: null,
  typed: nobody,
  found: null,
  note: "",
  tell: true,
  walkIn: false,
  reason: "",
  ...more,
});

describe("what a visit costs", () => {
  const total = (more: Partial<Draft>) => priceOf(shop, draft(more))?.amount;
  it("adds services and options, per person where they are", () => {
    expect(total({})).toBe(5000);
    expect(
      total({
        lines: [
          { service: "cut", options: ["wash"] },
          { service: "spa", options: [] },
        ],
      }),
    ).toBe(8700);
    expect(total({ lines: [{ service: "feast", options: [] }] })).toBe(8000);
    expect(total({ lines: [{ service: "feast", options: [] }], party: 4 })).toBe(16000);
  });
  it("adds the fee once where somebody was asked for, not where the business gave it", () => {
    expect(total({ staff: "sato" })).toBe(5000);
    expect(
      total({
        staff: "sato",
        asked: true,
        lines: [
          { service: "cut", options: [] },
          { service: "spa", options: [] },
        ],
      }),
    ).toBe(8500);
    expect(total({ staff: "ito", asked: true })).toBe(5000);
    expect(total({ staff: "abe", lines: [{ service: "vip", options: [] }] })).toBe(9500);
  });
  it("takes the price of a set for its services", () => {
    expect(
      total({
        set: "both",
        lines: [
          { service: "cut", options: ["wash"] },
          { service: "spa", options: [] },
        ],
      }),
    ).toBe(7700);
  });
  it("is nothing without a menu", () => expect(total({ lines: [] })).toBeUndefined());
});

describe("a visit", () => {
  it("lasts as long as its services with their options", () => {
    expect(
      lengthOf(
        shop,
        draft({
          lines: [
            { service: "cut", options: ["wash"] },
            { service: "spa", options: [] },
          ],
        }),
      ),
    ).toBe(105);
  });
  it("is for as many as its services take at least", () => {
    expect(partyOf(shop, draft({ lines: [{ service: "feast", options: [] }] }))).toBe(2);
    expect(partyOf(shop, draft({ party: 3 }))).toBe(3);
  });
  it("is offered within its dates", () => {
    const menu = { active: true, active_from: "2026-12-01", active_to: "2026-12-24" };
    expect([offeredOn(menu, "2026-11-30"), offeredOn(menu, "2026-12-01"), offeredOn(menu, "2026-12-25")]).toEqual([false, true, false]);
  });
});

describe("what stands against a start", () => {
  const kind = (more: Partial<Draft>) => judged(shop, ledger, draft(more))?.kind;
  it("is judged with who is to serve", () => {
    expect(kind({})).toBe("free");
    expect(kind({ staff: "sato" })).toBe("free");
    expect(kind({ staff: "sato", minute: 870 })).toBe("off");
    expect(kind({ staff: "ito", lines: [{ service: "spa", options: [] }] })).toBe("unable");
    expect(kind({ minute: 1200 })).toBe("closed");
    expect(kind({ lines: [] })).toBeUndefined();
  });
  it("offers the free starts nearby, none that has gone by", () => {
    expect(nearFree(shop, ledger, draft({ staff: "sato" }), 3)).toEqual([780, 810, 840]);
    expect(nearFree(shop, ledger, draft({ minute: 600 }), 2)).toEqual([720, 750]);
  });
  it("begins now on the day that it is, else with the opening", () => {
    expect(firstMinute(ledger)).toBe(725);
    expect(firstMinute({ ...ledger, date: "2026-12-05" })).toBe(600);
    expect(firstMinute({ ...ledger, date: "2026-12-05", hours: [] })).toBe(600);
  });
  it("may be a walk-in around now only", () => {
    expect([300, 725, 755, 760, 0].map((m) => couldBeHere(ledger, m))).toEqual([true, true, true, false, false]);
  });
});

describe("what is sent", () => {
  it("names who was asked for, and gives the rest to them as well", () => {
    const lines = [
      { service: "cut", options: ["wash"] },
      { service: "feast", options: [] },
    ];
    expect(bodyOf(shop, draft({ lines, staff: "sato", asked: true }), "Asia/Tokyo")).toEqual({
      start: "2026-12-01T14:00:00+09:00",
      items: [
        { service_id: "cut", option_ids: ["wash"], staff_id: "sato" },
        { service_id: "feast", option_ids: [] },
      ],
      assigned_staff_id: "sato",
    });
  });
  it("is short for a walk-in nobody knows", () => {
    expect(bodyOf(shop, draft({ walkIn: true, tell: false, minute: 1500 }), "Asia/Tokyo")).toEqual({
      start: "2026-12-02T01:00:00+09:00",
      items: [{ service_id: "cut", option_ids: [] }],
      walk_in: true,
      silent: true,
    });
  });
});
