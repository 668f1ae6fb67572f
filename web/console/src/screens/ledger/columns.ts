import { type Booking, type Column, isGone, type Ledger, type Minutes, merged, outside, overlap, ranges, within, working } from "./day";

// What is drawn in which column, in minutes: pure, and the same objects as before where nothing changed, so that only the
// columns concerned are drawn again.

/** One booking in one column: pieces are taken, between them a processing gap stays free for others. */
export interface Block {
  key: string;
  booking: Booking;
  from: number;
  to: number;
  pieces: Piece[];
  /** The items that are served here, as indexes. */
  items: number[];
  lane: number;
  lanes: number;
}

export interface Piece extends Minutes {
  /** Preparation or clean-up: the customer is not there. */
  buffers: Minutes[];
}

export interface Held extends Minutes {
  key: string;
}

export interface ColumnView {
  id: string;
  /** null: what nobody of the other columns serves. */
  column: Column | null;
  blocks: Block[];
  held: Held[];
  /** When its resource is not there, of the opening hours. */
  off: Minutes[];
  closed: Minutes[];
  /** What it was made of. */
  of: readonly unknown[];
}

export const unassigned = "unassigned";

const order = ["staff", "room", "seat", "equipment"];
const day: Minutes = { from: 0, to: 30 * 60 };

interface Wish {
  gone: boolean;
}

export function columnViews(ledger: Ledger, wish: Wish, before: readonly ColumnView[] = []): ColumnView[] {
  const shown = ledger.bookings.filter((b) => wish.gone || !isGone(b));
  const served = new Map<string, Booking[]>();
  for (const b of shown) for (const id of new Set(b.serving.map((s) => s.resource_id))) push(served, id, b);
  const columns = [...ledger.resources].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  const closed = outside(ranges(ledger.hours), day);
  const views = columns.map((column) => {
    const holds = ledger.holds.filter((h) => h.resource_id === column.id);
    const bookings = served.get(column.id) ?? [];
    return kept(before, column.id, [column, ledger.date, JSON.stringify(ledger.hours), JSON.stringify(holds), ...bookings], (of) => ({
      id: column.id,
      column,
      blocks: laned(bookings.flatMap((b) => blocksOf(ledger.date, b, column.id))),
      held: holds.map((h) => ({ key: `${h.unit} ${h.start}`, ...within(ledger.date, h) })),
      off: offOf(column, ledger),
      closed,
      of,
    }));
  });
  const known = new Set(columns.map((c) => c.id));
  const others = shown.filter((b) => !b.serving.some((s) => known.has(s.resource_id)));
  if (others.length > 0) views.splice(columns.filter((c) => c.kind === "staff").length, 0, strays(ledger, others, before, closed));
  return views;
}

function strays(ledger: Ledger, others: Booking[], before: readonly ColumnView[], closed: Minutes[]): ColumnView {
  return kept(before, unassigned, [ledger.date, JSON.stringify(ledger.hours), ...others], (of) => ({
    id: unassigned,
    column: null,
    blocks: laned(others.flatMap((b) => blocksOf(ledger.date, b, null))),
    held: [],
    off: [],
    closed,
    of,
  }));
}

function offOf(column: Column, ledger: Ledger): Minutes[] {
  const work = working(column);
  if (!work) return [];
  return ranges(ledger.hours).flatMap((open) => outside(work, open));
}

function kept(before: readonly ColumnView[], id: string, of: unknown[], make: (of: unknown[]) => ColumnView): ColumnView {
  const old = before.find((v) => v.id === id);
  return old && old.of.length === of.length && old.of.every((x, i) => x === of[i]) ? old : make(of);
}

function push<T>(to: Map<string, T[]>, key: string, value: T): void {
  const list = to.get(key);
  if (list) list.push(value);
  else to.set(key, [value]);
}

/** The blocks of a booking in the column of a resource; null: of all that it is, as nobody serves it. Items that follow one
 * another are one block, those with somebody else's item between them are two. */
export function blocksOf(date: string, b: Booking, resource: string | null): Block[] {
  const clip = (m: Minutes) => ({ from: Math.max(m.from, day.from), to: Math.min(m.to, day.to) });
  const visits = b.items.map((i) => within(date, i));
  const rows = resource === null ? [] : b.serving.filter((s) => s.resource_id === resource);
  const spans = resource === null ? visits.map((v, item) => ({ item, ...v })) : rows.map((s) => ({ item: s.item, ...within(date, s) }));
  const extents = merged(spans.flatMap((s) => [s, visits[s.item] ?? s]).map(clip));
  return extents.map((whole) => {
    const here = spans.filter((s) => overlap(s, whole));
    const items = visits.flatMap((v, i) =>
      overlap(v, whole) && (resource === null || here.some((s) => overlap(s, v) || s.item === i)) ? [i] : [],
    );
    const there = items.flatMap((i) => visits[i] ?? []);
    const pieces = merged(here.map(clip)).map((p) => ({ ...p, buffers: outside(there, p) }));
    return { key: `${b.id}:${resource ?? unassigned}:${whole.from}`, booking: b, ...whole, pieces, items, lane: 0, lanes: 1 };
  });
}

const meet = (a: Block, b: Block) => a.pieces.some((p) => b.pieces.some((q) => overlap(p, q)));

/** Gives blocks that meet lanes beside one another. One in the processing gap of another does not meet it. */
export function laned(blocks: Block[]): Block[] {
  const sorted = [...blocks].sort((a, b) => a.from - b.from || b.to - a.to || (a.key < b.key ? -1 : 1));
  const groups: Block[][] = [];
  for (const block of sorted) {
    const met = groups.filter((g) => g.some((x) => meet(x, block)));
    const taken = new Set(
      met
        .flat()
        .filter((x) => meet(x, block))
        .map((x) => x.lane),
    );
    block.lane = 0;
    while (taken.has(block.lane)) block.lane++;
    for (const g of met) groups.splice(groups.indexOf(g), 1);
    groups.push([...met.flat(), block]);
  }
  for (const g of groups) {
    const lanes = Math.max(...g.map((b) => b.lane)) + 1;
    for (const b of g) b.lanes = lanes;
  }
  return sorted;
}

/** From when to when the day is drawn: the opening hours and all that is booked, with an hour around them. */
export function shownRange(ledger: Ledger, views: readonly ColumnView[]): Minutes {
  const spans = [...ranges(ledger.hours), ...views.flatMap((v) => [...v.blocks, ...v.held])];
  if (spans.length === 0) return { from: 9 * 60, to: 18 * 60 };
  const from = Math.floor(Math.min(...spans.map((s) => s.from)) / 60) - 1;
  const to = Math.ceil(Math.max(...spans.map((s) => s.to)) / 60) + 1;
  return { from: Math.max(from, 0) * 60, to: Math.min(to, 30) * 60 };
}

/** How many minutes of its working time a column has taken: for loads. */
export function load(view: ColumnView, ledger: Ledger): { taken: number; whole: number } {
  const open = ranges(ledger.hours);
  const work = view.column ? working(view.column) : open;
  const there = (work ?? open)
    .flatMap((w) => open.map((o) => ({ from: Math.max(o.from, w.from), to: Math.min(o.to, w.to) })))
    .filter((s) => s.from < s.to);
  const size = (list: Minutes[]) => merged(list).reduce((n, s) => n + s.to - s.from, 0);
  const taken = view.blocks.filter((b) => !isGone(b.booking)).flatMap((b) => b.pieces);
  return { taken: size(taken), whole: size(there) };
}
