// biome-ignore-all lint/a11y/useSemanticElements: a table cannot stand by columns, nor overlap
// biome-ignore-all lint/a11y/useFocusableInteractive: the focus stands on cells
import { memo } from "react";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import type { Block, Piece } from "./columns";
import { isStretchable } from "./day";
import { FirstVisit } from "./first-visit";
import { customerOf, isNominated, looks, menuOf, sentence, timesOf } from "./look";
import { words } from "./texts";

interface Props {
  block: Block;
  top: number;
  scale: number;
  focused: boolean;
  /** The customer comes for the first time. */
  first: boolean;
  moving: boolean;
}

/** A booking in a column. Its pieces are what is taken; in the gap between them the column below can be used. */
export const BlockBox = memo(function BlockBox({ block, top, scale, focused, first, moving }: Props) {
  const t = useTexts(words);
  const lang = useLang();
  const b = block.booking;
  const look = looks[b.status];
  const width = 100 / block.lanes;
  const ends = isStretchable(b) && block.items.includes(b.items.length - 1);
  const place = (m: { from: number; to: number }) => ({
    top: (m.from - block.from) * scale,
    height: Math.max((m.to - m.from) * scale, 22),
  });
  return (
    <div
      role="gridcell"
      tabIndex={focused ? 0 : -1}
      data-block={block.key}
      className={`pointer-events-none absolute rounded-md outline-offset-0 focus-visible:z-10 ${moving ? "opacity-40" : ""}`}
      style={{ top, height: (block.to - block.from) * scale, left: `calc(${block.lane * width}% + 2px)`, width: `calc(${width}% - 4px)` }}
    >
      <span className="sr-only">{sentence(b, block.items, first, t, lang)}</span>
      {block.pieces.length > 1 && <div aria-hidden className="absolute inset-y-0 left-0 border-l-4 border-dotted border-line-strong" />}
      {block.pieces.map((piece, i) => (
        <div
          key={piece.from}
          aria-hidden
          className={`pointer-events-auto absolute inset-x-0 cursor-grab touch-manipulation overflow-hidden rounded-md border border-l-4 text-xs leading-tight select-none ${look.block}`}
          style={place(piece)}
        >
          {piece.buffers.map((m) => (
            <div
              key={m.from}
              className="ledger-buffer absolute inset-x-0"
              style={{ top: (m.from - piece.from) * scale, height: (m.to - m.from) * scale }}
            />
          ))}
          {i === 0 ? (
            <Inside block={block} piece={piece} scale={scale} first={first} />
          ) : (
            <p className="truncate px-1.5 py-0.5 text-ink-soft">
              ↳ <bdi>{customerOf(b, t)}</bdi>
            </p>
          )}
          {ends && i === block.pieces.length - 1 && <div data-end className="absolute inset-x-0 bottom-0 h-2 cursor-ns-resize" />}
        </div>
      ))}
    </div>
  );
});

function Inside({ block, piece, scale, first }: { block: Block; piece: Piece; scale: number; first: boolean }) {
  const t = useTexts(words);
  const lang = useLang();
  const b = block.booking;
  const look = looks[b.status];
  const before = piece.buffers.find((m) => m.from === piece.from);
  const room = (piece.to - piece.from) * scale - (before ? (before.to - before.from) * scale : 0);
  return (
    <div className="relative px-1.5 py-0.5" style={{ marginTop: before ? (before.to - before.from) * scale : 0 }}>
      <p className="truncate font-semibold text-ink">
        <span className="mr-1">{look.icon}</span>
        {b.outside_rules && <span className="mr-1 text-warn">⚠</span>}
        {isNominated(b) && <span className="mr-1 font-normal">♥</span>}
        {first && <FirstVisit />}
        <bdi>{customerOf(b, t)}</bdi>
        {room < 34 && <span className="ml-1 font-normal">{t.status[b.status]}</span>}
      </p>
      {room >= 34 && (
        <p className="truncate text-ink">
          {t.status[b.status]} <bdi>{menuOf(b, lang, block.items)}</bdi>
        </p>
      )}
      {room >= 50 && (
        <p className="tabular truncate text-ink-soft">
          {timesOf(b)}
          {isNominated(b) && ` ${t.nominated}`}
          {b.party_size > 1 && ` ${t.party(b.party_size)}`}
        </p>
      )}
      {room >= 66 && b.outside_rules && <p className="truncate text-warn">{t.outsideShort}</p>}
    </div>
  );
}
