import { type RefObject, useEffect, useRef } from "react";
import { headHeight } from "./column";
import type { Minutes } from "./day";

// Pointers: a mouse drags at once, a finger after it has rested, so that a finger can still scroll.

export interface Place {
  column: number;
  minute: number;
}

interface Ways {
  /** Called once at the beginning: by how many minutes the visit begins behind the block, or its end, where that is taken;
   * null: it may not be dragged. */
  grab: (key: string, end: boolean) => number | null;
  /** Where the visit would begin, or end. */
  over: (at: Place) => void;
  drop: () => void;
  leave: () => void;
}

interface Grip {
  key: string;
  /** Its end is held, not the whole. */
  end: boolean;
  pointer: number;
  x: number;
  y: number;
  /** Minutes between the beginning of what is held and where it was taken. */
  inside: number;
  held: boolean;
  timer: ReturnType<typeof setTimeout> | undefined;
}

const rest = 400; // ms that a finger rests
const slack = 6; // px that a pointer may tremble
const edge = 48; // px at which the grid begins to scroll

export function useDrag(
  scroller: RefObject<HTMLDivElement | null>,
  columns: RefObject<HTMLDivElement | null>,
  geometry: { count: number; shown: Minutes; scale: number; snap: number },
  ways: Ways,
) {
  const live = useRef({ geometry, ways });
  live.current = { geometry, ways };
  /** A click that ends a drag opens nothing. */
  const dragged = useRef(false);

  useEffect(() => {
    const area = scroller.current;
    if (!area) return;
    let grip: Grip | null = null;
    let last = { x: 0, y: 0 };
    let frame = 0;

    const minuteAt = (x: number, y: number, inside: number, end: boolean): Place | null => {
      const box = columns.current?.getBoundingClientRect();
      if (!box) return null;
      const { count, shown, scale, snap } = live.current.geometry;
      const column = Math.min(Math.max(Math.floor(((x - box.left) / box.width) * count), 0), count - 1);
      const minute = shown.from + (y - box.top - headHeight) / scale - inside;
      return { column, minute: Math.min(Math.max(Math.round(minute / snap) * snap, shown.from), shown.to - (end ? 0 : snap)) };
    };
    const tell = () => {
      const at = grip && minuteAt(last.x, last.y, grip.inside, grip.end);
      if (at) live.current.ways.over(at);
    };
    const scroll = () => {
      frame = 0;
      if (!grip?.held) return;
      const box = area.getBoundingClientRect();
      // What was taken at an edge stays there: only who goes towards it scrolls.
      const by = (at: number, went: number, from: number, to: number) =>
        at < from + edge && went < -slack ? -1 : at > to - edge && went > slack ? 1 : 0;
      const x = by(last.x, last.x - grip.x, box.left + 48, box.right);
      const y = by(last.y, last.y - grip.y, box.top + headHeight, box.bottom);
      if (x || y) {
        area.scrollBy(x * 10, y * 10);
        tell();
      }
      frame = requestAnimationFrame(scroll);
    };
    const end = () => {
      if (!grip) return;
      clearTimeout(grip.timer);
      cancelAnimationFrame(frame);
      grip = null;
    };
    const hold = () => {
      const behind = grip && live.current.ways.grab(grip.key, grip.end);
      if (!grip || behind === null) return end();
      grip.inside -= behind;
      grip.held = dragged.current = true;
      area.setPointerCapture(grip.pointer);
      tell();
      frame = requestAnimationFrame(scroll);
    };
    const down = (e: PointerEvent) => {
      dragged.current = false;
      const box = e.target instanceof Element ? e.target.closest<HTMLElement>("[data-block]") : null;
      if (!box || e.button !== 0 || grip) return;
      last = { x: e.clientX, y: e.clientY };
      const inside = (e.clientY - box.getBoundingClientRect().top) / live.current.geometry.scale;
      const end = e.target instanceof Element && e.target.closest("[data-end]") !== null;
      const key = box.dataset["block"] ?? "";
      grip = { key, end, pointer: e.pointerId, x: e.clientX, y: e.clientY, inside, held: false, timer: undefined };
      if (e.pointerType !== "mouse") grip.timer = setTimeout(hold, rest);
    };
    const move = (e: PointerEvent) => {
      if (!grip || e.pointerId !== grip.pointer) return;
      last = { x: e.clientX, y: e.clientY };
      if (grip.held) return tell();
      if (Math.hypot(e.clientX - grip.x, e.clientY - grip.y) < slack) return;
      if (e.pointerType === "mouse") hold();
      else end(); // the finger scrolls
    };
    const up = (e: PointerEvent) => {
      if (!grip || e.pointerId !== grip.pointer) return;
      const held = grip.held;
      end();
      if (held) live.current.ways.drop();
    };
    const lost = (e: PointerEvent) => {
      if (!grip || e.pointerId !== grip.pointer) return;
      const held = grip.held;
      end();
      if (held) live.current.ways.leave();
    };
    const give = (e: KeyboardEvent) => {
      if (e.key !== "Escape" || !grip?.held) return;
      end();
      live.current.ways.leave();
    };
    const still = (e: TouchEvent) => {
      if (grip?.held) e.preventDefault(); // what is held is moved, not the page
    };
    area.addEventListener("pointerdown", down);
    area.addEventListener("pointermove", move);
    area.addEventListener("pointerup", up);
    area.addEventListener("pointercancel", lost);
    window.addEventListener("keydown", give);
    area.addEventListener("touchmove", still, { passive: false });
    return () => {
      end();
      area.removeEventListener("pointerdown", down);
      area.removeEventListener("pointermove", move);
      area.removeEventListener("pointerup", up);
      area.removeEventListener("pointercancel", lost);
      window.removeEventListener("keydown", give);
      area.removeEventListener("touchmove", still);
    };
  }, [scroller, columns]);

  return dragged;
}
