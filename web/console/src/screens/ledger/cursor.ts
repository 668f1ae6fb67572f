import type { Block, ColumnView } from "./columns";
import type { Minutes } from "./day";

// Where the keyboard stands in the grid, and where an arrow leads from there.

export interface Cursor {
  column: string;
  minute: number;
  /** The key of the block it stands on; null on a free cell. */
  block: string | null;
}

export type Arrow = "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight";

interface Stop {
  minute: number;
  block: Block | null;
}

/** All that one comes by in a column, from the top: blocks, and the cells between them. */
export function stops(view: ColumnView, shown: Minutes, step: number): Stop[] {
  const out: Stop[] = view.blocks.map((block) => ({ minute: block.from, block }));
  const pieces = view.blocks.flatMap((b) => b.pieces);
  for (let minute = shown.from; minute < shown.to; minute += step) {
    if (!pieces.some((p) => p.from < minute + step && minute < p.to)) out.push({ minute, block: null });
  }
  return out.sort((a, b) => a.minute - b.minute || (a.block ? -1 : 1));
}

/** The stop of a column at a minute: what is booked there, else the cell nearest to it. */
export function stopAt(view: ColumnView, minute: number, shown: Minutes, step: number): Cursor {
  const block = view.blocks.find((b) => b.pieces.some((p) => p.from <= minute && minute < p.to));
  if (block) return { column: view.id, minute: block.from, block: block.key };
  let best: Stop | undefined;
  for (const s of stops(view, shown, step)) {
    if (!best || Math.abs(s.minute - minute) < Math.abs(best.minute - minute)) best = s;
  }
  return { column: view.id, minute: best?.minute ?? minute, block: best?.block?.key ?? null };
}

export function stepFrom(at: Cursor, arrow: Arrow, views: readonly ColumnView[], shown: Minutes, step: number): Cursor {
  const i = views.findIndex((v) => v.id === at.column);
  const view = views[i];
  if (!view) return at;
  if (arrow === "ArrowLeft" || arrow === "ArrowRight") {
    const next = views[i + (arrow === "ArrowLeft" ? -1 : 1)];
    return next ? stopAt(next, at.minute, shown, step) : at;
  }
  const list = stops(view, shown, step);
  const down = arrow === "ArrowDown";
  const here = list.findIndex((s) => (at.block ? s.block?.key === at.block : !s.block && s.minute === at.minute));
  const to = here < 0 ? list.findIndex((s) => s.minute >= at.minute) : here + (down ? 1 : -1);
  const stop = list[to];
  return stop ? { column: view.id, minute: stop.minute, block: stop.block?.key ?? null } : at;
}

/** The cursor when the ledger changed under it: on its booking if that is still somewhere, else on the same minute. */
export function standing(at: Cursor | null, views: readonly ColumnView[], shown: Minutes, step: number, first: number): Cursor | null {
  const view = views.find((v) => v.id === at?.column) ?? views[0];
  if (!view) return null;
  if (!at) return stopAt(view, Math.floor(first / step) * step, shown, step);
  if (at.block === null)
    return at.column === view.id
      ? stopsHere(view, at.minute, step)
        ? at
        : stopAt(view, at.minute, shown, step)
      : stopAt(view, at.minute, shown, step);
  const same = view.blocks.find((b) => b.key === at.block);
  if (same) return at;
  const id = at.block.slice(0, at.block.indexOf(":"));
  for (const v of views) {
    const moved = v.blocks.find((b) => b.booking.id === id);
    if (moved) return { column: v.id, minute: moved.from, block: moved.key };
  }
  return stopAt(view, at.minute, shown, step);
}

function stopsHere(view: ColumnView, minute: number, step: number): boolean {
  return !view.blocks.some((b) => b.pieces.some((p) => p.from < minute + step && minute < p.to));
}
