// biome-ignore-all lint/a11y/useSemanticElements: a table cannot stand by columns, nor overlap
// biome-ignore-all lint/a11y/useFocusableInteractive: the focus stands on cells
import { type FocusEvent, type KeyboardEvent, type MouseEvent, useCallback, useEffect, useLayoutEffect, useMemo, useRef } from "react";
import { clockTime, dateWords } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { toast } from "@/ui/toast";
import { ColumnBox, columnWidth, type Ghost, headHeight } from "./column";
import { type Block, type ColumnView, unassigned } from "./columns";
import { type Arrow, type Cursor, standing, stepFrom } from "./cursor";
import { type Booking, type Ledger, type Minutes, midnight, within } from "./day";
import { customerOf, nameOf, verdictWords } from "./look";
import { MoveBar } from "./move-bar";
import { moveWords } from "./move-texts";
import { shortest } from "./needs";
import { words } from "./texts";
import { useDrag } from "./use-drag";
import { endOf, isElsewhere, isStretched, type Move, type Moving } from "./use-move";

/** Pixels of a minute by grid: a finer one is drawn larger. */
const scales: Record<number, number> = { 5: 4.4, 10: 2.8, 15: 1.8, 30: 1.3 };
export const steps = [5, 10, 15, 30];

interface Props {
  ledger: Ledger;
  views: ColumnView[];
  shown: Minutes;
  step: number;
  cursor: Cursor | null;
  onCursor: (to: Cursor) => void;
  move: Move;
  canMove: (b: Booking) => boolean;
  canStretch: (b: Booking) => boolean;
  override: boolean;
  onOpen: (booking: Booking) => void;
  onNew: (minute: number, column: string) => void;
  say: (text: string) => void;
}

const arrows = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"];

/** The day as a grid. What moves in it is drawn by the columns concerned alone. */
export function DayView(p: Props) {
  const t = useTexts(words);
  const m = useTexts(moveWords);
  const lang = useLang();
  const { ledger, views, shown, step, move, onCursor, say } = p;
  const scale = scales[step] ?? 1.8;
  const scroller = useRef<HTMLDivElement>(null);
  const columns = useRef<HTMLDivElement>(null);
  const stretching = useRef(false);
  const minuteNow = within(ledger.date, { start: ledger.now, end: ledger.now }).from;
  const isNow = minuteNow >= shown.from && minuteNow < shown.to;
  const cursor = standing(p.cursor, views, shown, step, isNow ? minuteNow : shown.from + 60);
  const blocks = useMemo(() => new Map<string, Block>(views.flatMap((v) => v.blocks.map((b) => [b.key, b]))), [views]);

  const dragged = useDrag(
    scroller,
    columns,
    { count: views.length, shown, scale, snap: Math.min(step, 15) },
    {
      grab: (key, end) => {
        const block = blocks.get(key);
        if (!block || !(end ? p.canStretch : p.canMove)(block.booking)) return null;
        stretching.current = end;
        move.start(block.booking, columnOf(views, key), "drag");
        const visit = within(block.booking.date, block.booking);
        return (end ? visit.to : visit.from) - block.from;
      },
      over: (at) => {
        if (stretching.current) {
          return move.setMoving((x) => {
            const length = x && lasting(x, at.minute - x.minute);
            return x && x.length !== length ? { ...x, length: length ?? x.length } : x;
          });
        }
        const view = views[at.column];
        if (!view) return;
        move.setMoving((x) => (x && (x.minute !== at.minute || x.column !== view.id) ? { ...x, minute: at.minute, column: view.id } : x));
      },
      drop: () => {
        const x = move.moving;
        if (x && !move.drop(x)) {
          move.setMoving(null);
          if (ghost) toast(ghost.text); // it goes back to where it stood
        }
      },
      leave: () => move.setMoving(null),
    },
  );

  useScrollToNow(scroller, ledger.date, (isNow ? minuteNow - shown.from - 60 : 0) * scale);
  useKeptFocus(columns, cursor);

  const ghost = useMemo<Ghost | null>(() => {
    const { moving, verdict } = move;
    if (!moving) return null;
    const at = { from: moving.minute, to: moving.minute + moving.length };
    const who = nameOf(
      ledger.resources.find((r) => r.id === moving.column),
      t,
      lang,
    );
    if (!verdict) return { ...at, text: m.waiting, tone: "warn" };
    const text = verdictWords(verdict, moving.minute, who, m, t, lang, endOf(moving));
    if (verdict.kind === "free") return { ...at, text, tone: verdict.consent ? "warn" : "good" };
    return { ...at, text, tone: verdict.soft && p.override ? "warn" : "bad" };
  }, [move, ledger, t, m, lang, p.override]);
  const carried = move.moving?.by === "keys" ? (move.moving.minute - shown.from) * scale : null;
  useEffect(() => {
    const area = scroller.current;
    if (carried === null || !area) return;
    const seen = area.clientHeight - headHeight - 200; // what is carried is seen above the bar of the move
    if (carried < area.scrollTop || carried > area.scrollTop + seen) area.scrollTo({ top: carried - seen / 2 });
  }, [carried]);
  const told = ghost && move.moving ? `${clockTime(endOf(move.moving) ?? move.moving.minute)} ${ghost.text}` : "";
  useEffect(() => {
    if (told) say(told);
  }, [told, say]);

  const keys = (e: KeyboardEvent) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (move.moving?.by === "keys") return moveByKeys(e, p, shown, step);
    if (!cursor) return;
    if (arrows.includes(e.key)) {
      e.preventDefault();
      onCursor(stepFrom(cursor, e.key as Arrow, views, shown, step));
    } else if (e.key === "Enter" || e.key === " ") {
      e.preventDefault();
      const block = cursor.block && blocks.get(cursor.block);
      if (block) p.onOpen(block.booking);
      else p.onNew(cursor.minute, cursor.column);
    }
  };

  /** Wherever the focus comes to stand, keys speak of that. */
  const focus = (e: FocusEvent) => {
    const at = e.target instanceof HTMLElement ? e.target : null;
    const column = at?.closest<HTMLElement>("[data-column]")?.dataset["column"];
    if (!at || !column) return;
    const block = blocks.get(at.dataset["block"] ?? "");
    const minute = block?.from ?? Number(at.dataset["cell"]);
    const to: Cursor = { column, minute, block: block?.key ?? null };
    if (Number.isFinite(minute) && (p.cursor?.column !== column || p.cursor.minute !== minute || p.cursor.block !== to.block)) onCursor(to);
  };

  const click = (e: MouseEvent) => {
    if (dragged.current) return;
    const at = e.target instanceof Element ? e.target : null;
    const box = at?.closest<HTMLElement>("[data-block]");
    const column = at?.closest<HTMLElement>("[data-column]")?.dataset["column"];
    if (!column || at?.closest("[role=rowheader]")) return;
    const block = box && blocks.get(box.dataset["block"] ?? "");
    const top = columns.current?.getBoundingClientRect().top ?? 0;
    const minute = Math.floor((shown.from + (e.clientY - top - headHeight) / scale) / step) * step;
    if (move.moving) return move.setMoving({ ...move.moving, column, minute });
    if (block) {
      onCursor({ column, minute: block.from, block: block.key });
      return p.onOpen(block.booking);
    }
    onCursor({ column, minute, block: null });
    p.onNew(minute, column);
  };

  const first = useMemo(() => new Set(ledger.first_visits), [ledger.first_visits]);
  const hours = useMemo(() => Array.from({ length: (shown.to - shown.from) / 60 }, (_, i) => shown.from + i * 60), [shown]);
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <div ref={scroller} className="relative min-h-0 flex-1 overflow-auto overscroll-contain bg-surface" data-ledger-grid>
        <div
          role="grid"
          aria-label={t.gridName(dateWords(ledger.date, lang))}
          aria-description={t.gridHint}
          className="flex"
          style={{ minWidth: views.length > 1 ? 48 + views.length * columnWidth : undefined }}
          onFocus={focus}
          onKeyDown={keys}
          onClick={click}
        >
          <div aria-hidden className="sticky left-0 z-30 w-12 shrink-0 border-r border-line bg-surface">
            <div className="sticky top-0 z-10 border-b border-line bg-surface" style={{ height: headHeight }} />
            <div className="tabular relative text-right text-xs text-ink-soft" style={{ height: (shown.to - shown.from) * scale }}>
              {hours.map((h) => (
                <span key={h} className="absolute right-1 -translate-y-1/2 first:translate-y-0" style={{ top: (h - shown.from) * scale }}>
                  {clockTime(h)}
                </span>
              ))}
            </div>
          </div>
          <div ref={columns} role="presentation" className="relative flex min-w-0 flex-1">
            {views.map((v) => (
              <ColumnBox
                key={v.id}
                first={first}
                view={v}
                shown={shown}
                scale={scale}
                step={step}
                focused={cursor?.column === v.id ? cursor.block : null}
                cell={cursor?.column === v.id && cursor.block === null ? cursor.minute : null}
                ghost={move.moving?.column === v.id ? ghost : null}
                moving={move.moving && v.blocks.some((b) => b.booking.id === move.moving?.booking.id) ? move.moving.booking.id : null}
              />
            ))}
            {isNow && (
              <div
                aria-hidden
                className="pointer-events-none absolute inset-x-0 z-10 border-t-2 border-bad"
                style={{ top: headHeight + (minuteNow - shown.from) * scale }}
              >
                <span className="absolute -top-1.5 -left-1 size-2.5 rounded-full bg-bad" />
              </div>
            )}
          </div>
        </div>
      </div>
      {move.moving && ghost && (
        <MoveBar
          name={customerOf(move.moving.booking, t)}
          text={moved(move.moving) ? ghost.text : m.pick}
          tone={moved(move.moving) ? ghost.tone : "warn"}
          byHand={move.moving.by === "drag"}
          onDrop={() => move.moving && move.drop(move.moving)}
          onLeave={() => move.setMoving(null)}
        />
      )}
    </div>
  );
}

const moved = (x: Moving) => isElsewhere(x) || isStretched(x);

/** How long a visit lasts at the most. */
const longest = midnight;

const lasting = (x: Moving, length: number) => Math.min(Math.max(length, shortest(x.booking)), longest);

const columnOf = (views: readonly ColumnView[], key: string) => views.find((v) => v.blocks.some((b) => b.key === key))?.id ?? unassigned;

/** Move mode: the arrows carry the booking, with Shift its end alone. */
function moveByKeys(e: KeyboardEvent, p: Props, shown: Minutes, step: number): void {
  const { move, views } = p;
  const x = move.moving;
  if (!x) return;
  const i = views.findIndex((v) => v.id === x.column);
  const to = (minute: number, column = x.column) =>
    move.setMoving({ ...x, column, minute: Math.min(Math.max(minute, shown.from), shown.to - step) });
  const last = (by: number) => move.setMoving({ ...x, length: lasting(x, Math.min(x.length + by, shown.to - x.minute)) });
  const beside = (by: number) => to(x.minute, views[Math.min(Math.max(i + by, 0), views.length - 1)]?.id);
  if (e.shiftKey && e.key === "ArrowUp") last(-Math.min(step, 15));
  else if (e.shiftKey && e.key === "ArrowDown") last(Math.min(step, 15));
  else if (e.key === "ArrowUp") to(x.minute - step);
  else if (e.key === "ArrowDown") to(x.minute + step);
  else if (e.key === "ArrowLeft") beside(-1);
  else if (e.key === "ArrowRight") beside(1);
  else if (e.key === "Enter") move.drop(x);
  else if (e.key === "Escape") move.setMoving(null);
  else return;
  e.preventDefault();
  e.stopPropagation();
}

function useScrollToNow(scroller: React.RefObject<HTMLDivElement | null>, date: string, top: number): void {
  const first = useRef("");
  useLayoutEffect(() => {
    if (first.current === date) return; // once a day: who scrolled since stays there
    first.current = date;
    scroller.current?.scrollTo({ top: Math.max(top, 0) });
  }, [scroller, date, top]);
}

/** Where the cursor goes the focus goes, if it is in the grid at all. */
function useKeptFocus(columns: React.RefObject<HTMLDivElement | null>, cursor: Cursor | null): void {
  const had = useRef(false);
  const focusKey = cursor ? `${cursor.column} ${cursor.block ?? cursor.minute}` : "";
  const follow = useCallback(() => {
    const area = columns.current;
    if (!area) return;
    const at = document.activeElement;
    if (area.contains(at)) had.current = true;
    else if (at && at !== document.body) had.current = false;
    if (had.current) area.querySelector<HTMLElement>("[role=gridcell][tabindex='0']")?.focus({ preventScroll: false });
  }, [columns]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus follows the cursor
  useLayoutEffect(follow, [focusKey, follow]);
}
