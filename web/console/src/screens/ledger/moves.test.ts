import { describe, expect, it } from "vitest";
import table from "../../../../../internal/app/testdata/moves.json?raw";
import { type Booking, instantOf, type Ledger, type Shop } from "./day";
import { judge } from "./judge";
import { visitOf } from "./needs";

// The table that the server is asked too (internal/app/proof_moves_test.go).

type Times = [string, string][];
interface World {
  hours: Times;
  resources: { name: string; kind: "staff" | "seat" | "room"; works?: Times; capacity?: number; nominatable?: boolean }[];
  services: {
    name: string;
    minutes: number;
    needs: { kind: "staff" | "seat" | "room"; of?: string[]; before?: number; after?: number; gap?: number[] }[];
  }[];
  bookings: { name: string; service: string; start: string; by: string | string[]; nominated?: boolean; cancelled?: boolean }[];
  cases: {
    says: string;
    booking: string;
    start: string;
    day?: number;
    to?: string;
    lasts?: number;
    kind: string;
    soft?: boolean;
    consent?: boolean;
  }[];
}

const world = JSON.parse(table) as World;
const date = "2026-12-01";
const zone = "Asia/Tokyo";
const minute = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
const at = (m: number) => instantOf(date, m, zone);
const spans = (times: Times) => times.map(([from, to]) => ({ start_minute: minute(from), end_minute: minute(to) }));
const name = (of: string) => ({ ja: of });
const size = { min_party: 1, max_party: 500 };

const shop = {
  resources: world.resources.map((r) => ({ id: r.name, active: true, nominatable: true, capacity: 1, ...r, name: name(r.name), ...size })),
  services: world.services.map((s) => ({
    id: s.name,
    name: name(s.name),
    nomination: "optional",
    requirements: s.needs.map((n) => ({
      kind: n.kind,
      resource_ids: n.of ?? [],
      units: 1,
      per_person: false,
      before_minutes: n.before ?? 0,
      after_minutes: n.after ?? 0,
      gap_start_minute: n.gap?.[0] ?? null,
      gap_end_minute: n.gap?.[1] ?? null,
    })),
  })),
} as unknown as Shop;

function booked(b: World["bookings"][number]): Booking {
  const from = minute(b.start);
  const to = from + (world.services.find((s) => s.name === b.service)?.minutes ?? 0);
  const staff = [b.by].flat();
  const booking = {
    id: b.name,
    date,
    start: at(from),
    end: at(to),
    party_size: 1,
    status: b.cancelled ? "cancelled" : "confirmed",
    expires_at: null,
    items: [{ service: { id: b.service }, staff: b.nominated ? { id: staff[0] } : null, start: at(from), end: at(to) }],
    serving: [],
  } as unknown as Booking;
  const left = [...staff];
  booking.serving = visitOf(shop, booking, null).needs.flatMap((n) => {
    const who = n.kind === "staff" ? (left.shift() ?? "") : (n.candidates[0] ?? "");
    return n.spans.map((s) => ({ item: 0, resource_id: who, unit: 1, start: at(from + s.from), end: at(from + s.to) }));
  });
  return booking;
}

const ledger = {
  date,
  timezone: zone,
  now: at(-14 * 60), // the morning before
  hours: spans(world.hours),
  resources: world.resources.map((r) => ({
    id: r.name,
    kind: r.kind,
    capacity: r.capacity ?? 1,
    always: !r.works,
    works: spans(r.works ?? []),
  })),
  bookings: world.bookings.map(booked),
  holds: [],
} as unknown as Ledger;

describe("who is here", () => {
  const yamada = ledger.bookings.find((b) => b.id === "yamada") as Booking;
  const here: Booking = { ...yamada, status: "checked_in" };
  const judged = (start: string, to: string | null, lasts?: number) => judge(ledger, shop, here, minute(start), to, lasts).kind;
  it("may stay longer or go earlier, and is not moved", () => {
    expect(judged("10:00", "sato", 120)).toBe("free");
    expect(judged("10:00", null, 30)).toBe("free");
    expect(judged("10:00", "sato", 185)).toBe("off");
    expect(judged("10:00", null, 185)).toBe("off");
    expect(judged("10:00", "sato")).toBe("state");
    expect(judged("10:30", "sato", 120)).toBe("state");
    expect(judged("10:00", "suzuki", 120)).toBe("state");
  });
});

describe("a move is judged as the server does", () => {
  it.each(world.cases)("$booking: $says", (c) => {
    const booking = ledger.bookings.find((b) => b.id === c.booking);
    if (!booking) throw new Error(`nobody is called ${c.booking}`);
    const verdict = judge(ledger, shop, booking, minute(c.start) + (c.day ?? 0) * 1440, c.to ?? null, c.lasts);
    expect({ kind: verdict.kind, soft: verdict.soft, consent: verdict.consent }).toEqual({
      kind: c.kind,
      soft: c.soft ?? false,
      consent: c.consent ?? false,
    });
  });
});
