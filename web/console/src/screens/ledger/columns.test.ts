import { describe, expect, it } from "vitest";
import { blocksOf, columnViews, laned, load, shownRange, unassigned } from "./columns";
import { stepFrom, stopAt } from "./cursor";
import { type Booking, instantOf, type Ledger, outside } from "./day";

const date = "2026-12-01";
const at = (h: number, m = 0) => instantOf(date, h * 60 + m, "Asia/Tokyo");

/** A booking with one item; what serves it is told as [resource, from, to] in hours. */
function booking(id: string, from: number, to: number, serving: [string, number, number][], more: Partial<Booking> = {}): Booking {
  return {
    id,
    date,
    status: "confirmed",
    start: at(0, from * 60),
    end: at(0, to * 60),
    items: [{ start: at(0, from * 60), end: at(0, to * 60) }],
    serving: serving.map(([resource_id, a, b]) => ({ item: 0, resource_id, unit: 1, start: at(0, a * 60), end: at(0, b * 60) })),
    ...more,
  } as unknown as Booking;
}

function ledger(bookings: Booking[]): Ledger {
  return {
    date,
    timezone: "Asia/Tokyo",
    now: at(12),
    hours: [{ start_minute: 600, end_minute: 1560 }],
    resources: [
      { id: "room", kind: "room", capacity: 1, always: true, works: [] },
      {
        id: "sato",
        kind: "staff",
        capacity: 1,
        always: false,
        works: [
          { start_minute: 600, end_minute: 780 },
          { start_minute: 840, end_minute: 1200 },
        ],
      },
    ],
    bookings,
    holds: [],
  } as unknown as Ledger;
}

describe("instants", () => {
  it("carry the offset of the zone, over midnight and over a change of the clock", () => {
    expect(instantOf("2026-12-01", 25 * 60, "Asia/Tokyo")).toBe("2026-12-02T01:00:00+09:00");
    expect(instantOf("2026-07-01", 10 * 60, "Europe/London")).toBe("2026-07-01T10:00:00+01:00");
    expect(instantOf("2026-01-01", 10 * 60, "America/New_York")).toBe("2026-01-01T10:00:00-05:00");
  });
});

describe("columns", () => {
  it("stand staff first, and what nobody serves between them and the rooms", () => {
    const views = columnViews(ledger([booking("a", 10, 11, [["sato", 10, 11]]), booking("b", 11, 12, [])]), { gone: false });
    expect(views.map((v) => v.id)).toEqual(["sato", unassigned, "room"]);
    expect(views[1]?.blocks.map((b) => b.booking.id)).toEqual(["b"]);
  });

  it("grey what lies outside shifts and hours", () => {
    const [sato, room] = columnViews(ledger([]), { gone: false });
    expect(sato?.off).toEqual([
      { from: 780, to: 840 },
      { from: 1200, to: 1560 },
    ]);
    expect(room?.off).toEqual([]);
    expect(room?.closed).toEqual([
      { from: 0, to: 600 },
      { from: 1560, to: 1800 },
    ]);
  });

  it("hide what was cancelled until it is wanted", () => {
    const day = ledger([booking("a", 10, 11, [["sato", 10, 11]], { status: "cancelled" })]);
    expect(columnViews(day, { gone: false })[0]?.blocks).toEqual([]);
    expect(columnViews(day, { gone: true })[0]?.blocks).toHaveLength(1);
  });

  it("stay the same objects where nothing changed", () => {
    const day = ledger([booking("a", 10, 11, [["sato", 10, 11]]), booking("b", 10, 11, [["room", 10, 11]])]);
    const before = columnViews(day, { gone: false });
    const moved = { ...day, bookings: [day.bookings[0] as Booking, booking("b", 11, 12, [["room", 11, 12]])] };
    const after = columnViews(moved, { gone: false }, before);
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
  });
});

describe("blocks", () => {
  it("have buffers around the visit", () => {
    const [block] = blocksOf(date, booking("a", 10, 11, [["sato", 9.5, 11.25]]), "sato");
    expect(block).toMatchObject({
      from: 570,
      to: 675,
      pieces: [
        {
          from: 570,
          to: 675,
          buffers: [
            { from: 570, to: 600 },
            { from: 660, to: 675 },
          ],
        },
      ],
    });
  });

  it("leave a processing gap free, in which another visit needs no lane of its own", () => {
    const colour = booking("a", 10, 12, [
      ["sato", 10, 10.5],
      ["sato", 11.5, 12],
    ]);
    const cut = booking("b", 10.5, 11.5, [["sato", 10.5, 11.5]]);
    const [block] = blocksOf(date, colour, "sato");
    expect(block?.pieces.map((p) => [p.from, p.to])).toEqual([
      [600, 630],
      [690, 720],
    ]);
    expect(laned([colour, cut].flatMap((b) => blocksOf(date, b, "sato"))).map((b) => b.lanes)).toEqual([1, 1]);
  });

  it("that meet stand in lanes, only as many as meet", () => {
    const list = [
      booking("a", 10, 12, [["sato", 10, 12]]),
      booking("b", 11, 13, [["sato", 11, 13]]),
      booking("c", 12, 14, [["sato", 12, 14]]),
      booking("d", 15, 16, [["sato", 15, 16]]),
    ];
    const blocks = laned(list.flatMap((b) => blocksOf(date, b, "sato")));
    expect(blocks.map((b) => [b.lane, b.lanes])).toEqual([
      [0, 2],
      [1, 2],
      [0, 2],
      [0, 1],
    ]);
  });
});

describe("the range shown", () => {
  it("runs past midnight with the hours and holds every booking", () => {
    const day = ledger([booking("a", 8, 9, [["sato", 8, 9]])]);
    expect(shownRange(day, columnViews(day, { gone: false }))).toEqual({ from: 420, to: 1620 });
  });

  it("of a closed day without bookings is an ordinary one", () => {
    const day = { ...ledger([]), hours: [] };
    expect(shownRange(day, columnViews(day, { gone: false }))).toEqual({ from: 540, to: 1080 });
  });

  it("leaves outside what no range covers", () => {
    expect(
      outside(
        [
          { from: 60, to: 120 },
          { from: 100, to: 180 },
        ],
        { from: 0, to: 240 },
      ),
    ).toEqual([
      { from: 0, to: 60 },
      { from: 180, to: 240 },
    ]);
  });
});

describe("loads", () => {
  it("are of the working time within the hours", () => {
    const day = ledger([booking("a", 10, 11, [["sato", 10, 11.5]])]);
    const [sato] = columnViews(day, { gone: false });
    expect(sato && load(sato, day)).toEqual({ taken: 90, whole: 180 + 360 });
  });
});

describe("the cursor", () => {
  const day = ledger([booking("a", 10, 11, [["sato", 10, 11]]), booking("b", 10.5, 12, [["room", 10.5, 12]])]);
  const views = columnViews(day, { gone: false });
  const shown = { from: 540, to: 1200 };
  const from = (minute: number) => stopAt(views[0] as never, minute, shown, 30);

  it("steps from cell to booking and to the cell behind it", () => {
    const cell = from(570);
    expect(cell).toEqual({ column: "sato", minute: 570, block: null });
    const block = stepFrom(cell, "ArrowDown", views, shown, 30);
    expect(block.block).toBe("a:sato:600");
    expect(stepFrom(block, "ArrowDown", views, shown, 30)).toEqual({ column: "sato", minute: 660, block: null });
    expect(stepFrom(block, "ArrowUp", views, shown, 30)).toEqual(cell);
  });

  it("goes beside to what is booked at that time, and stays at the edge", () => {
    const cell = from(660);
    expect(stepFrom(cell, "ArrowRight", views, shown, 30).block).toBe("b:room:630");
    expect(stepFrom(cell, "ArrowLeft", views, shown, 30)).toBe(cell);
  });
});
