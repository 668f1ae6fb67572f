// biome-ignore-all lint/a11y/useSemanticElements: a table cannot stand by columns, nor overlap
// biome-ignore-all lint/a11y/useFocusableInteractive: the focus stands on cells
import { memo } from "react";
import { clockTime } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { BlockBox } from "./block";
import type { ColumnView } from "./columns";
import type { Minutes } from "./day";
import { nameOf } from "./look";
import { words } from "./texts";

export const headHeight = 48;
/** Of a column at least; below that the grid scrolls. */
export const columnWidth = 136;

export interface Ghost extends Minutes {
  text: string;
  tone: "good" | "warn" | "bad";
}

interface Props {
  view: ColumnView;
  shown: Minutes;
  /** Pixels of a minute. */
  scale: number;
  step: number;
  /** The key of the block on which the cursor stands. */
  focused: string | null;
  /** The minute of the free cell on which it stands. */
  cell: number | null;
  ghost: Ghost | null;
  /** The bookings with which a customer comes for the first time. */
  first: ReadonlySet<string>;
  /** The booking that is being moved. */
  moving: string | null;
}

const tones = {
  good: "border-good bg-good-soft text-good",
  warn: "border-warn bg-warn-soft text-warn",
  bad: "border-bad bg-bad-soft text-bad",
};

/** One column of the grid. To readers of the screen it is a row: one member of the staff, hour by hour. */
export const ColumnBox = memo(function ColumnBox(p: Props) {
  const t = useTexts(words);
  const lang = useLang();
  const { view, shown, scale } = p;
  const name = nameOf(view.column, t, lang);
  const place = (m: Minutes) => ({
    top: (Math.max(m.from, shown.from) - shown.from) * scale,
    height: Math.max(Math.min(m.to, shown.to) - Math.max(m.from, shown.from), 0) * scale,
  });
  const dayOff = view.column !== null && !view.column.always && view.column.works.length === 0;
  const hour = 60 * scale;
  return (
    <div role="row" data-column={view.id} aria-label={name} className="relative min-w-0 flex-1 basis-0 border-r border-line">
      <div
        role="rowheader"
        className={`sticky top-0 z-20 flex flex-col justify-center border-b border-line bg-surface px-2 leading-tight ${view.column ? "" : "text-warn"}`}
        style={{ height: headHeight }}
      >
        <bdi className={`text-sm font-semibold ${dayOff ? "line-clamp-1" : "line-clamp-2"}`}>{name}</bdi>
        {dayOff && <span className="text-xs text-ink-soft">{t.offAllDay}</span>}
      </div>
      <div
        className="ledger-lines relative"
        style={{ height: (shown.to - shown.from) * scale, backgroundSize: `100% ${hour}px, 100% ${hour / 2}px` }}
      >
        {view.off.map((m) => (
          <div key={`o${m.from}`} aria-hidden className="ledger-off absolute inset-x-0" style={place(m)} />
        ))}
        {view.closed.map((m) => (
          <div key={`c${m.from}`} aria-hidden className="ledger-closed absolute inset-x-0" style={place(m)} />
        ))}
        {view.held.map((m) => (
          <div
            key={m.key}
            className="absolute inset-x-1 overflow-hidden rounded border border-dashed border-line-strong bg-sunken px-1 text-xs text-ink-soft"
            style={place(m)}
          >
            ✎ {t.held}
          </div>
        ))}
        {view.blocks.map((b) => (
          <BlockBox
            key={b.key}
            block={b}
            top={(b.from - shown.from) * scale}
            scale={scale}
            focused={p.focused === b.key}
            first={p.first.has(b.booking.id)}
            moving={p.moving === b.booking.id}
          />
        ))}
        {p.cell !== null && <FreeCell {...p} minute={p.cell} name={name} />}
        {p.ghost && (
          <div
            aria-hidden
            data-ledger-ghost
            className={`pointer-events-none absolute inset-x-0.5 z-10 overflow-hidden rounded-md border-2 px-1.5 py-0.5 text-xs font-semibold shadow-lg ${tones[p.ghost.tone]}`}
            style={place(p.ghost)}
          >
            {p.ghost.text}
          </div>
        )}
      </div>
    </div>
  );
});

function FreeCell({ view, shown, scale, step, minute, name }: Props & { minute: number; name: string }) {
  const t = useTexts(words);
  const at = clockTime(minute);
  const covers = (list: Minutes[]) => list.some((m) => m.from <= minute && minute < m.to);
  const label = covers(view.closed) ? t.cellClosed : covers(view.off) ? t.cellOff : t.cellFree;
  return (
    <div
      role="gridcell"
      tabIndex={0}
      data-cell={minute}
      aria-label={label(name, at)}
      className="absolute inset-x-0 z-10 text-xs text-accent focus:bg-accent-soft focus:-outline-offset-3"
      style={{ top: (minute - shown.from) * scale, height: step * scale }}
    />
  );
}
