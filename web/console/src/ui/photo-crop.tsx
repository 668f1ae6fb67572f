import { type KeyboardEvent, type PointerEvent, useEffect, useId, useRef, useState } from "react";
import { common } from "@/text/common";
import { useTexts } from "@/text/texts";
import { Button } from "./button";
import { Dialog } from "./dialog";
import type { Picked } from "./photo-file";
import { centred, cropOf, cropText, type Frame, mostZoom, within } from "./photo-frame";
import { words } from "./photo-words";

interface Props {
  picked: Picked;
  shape: number;
  busy: boolean;
  error: string | null;
  onClose: () => void;
  onUse: (crop: string) => void;
}

const steps: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** A frame of a fixed shape over a picture: dragged, or moved by the arrow keys, and zoomed. */
export function PhotoCrop({ picked, shape, busy, error, onClose, onUse }: Props) {
  const t = useTexts(words);
  const c = useTexts(common);
  const id = useId();
  const view = useRef<HTMLButtonElement>(null);
  const from = useRef<{ x: number; y: number; frame: Frame } | null>(null);
  const [frame, setFrame] = useState(centred);
  const { width, height, url } = picked;
  const crop = cropOf(frame, width, height, shape);
  const put = (to: Frame) => setFrame(within(to, width, height, shape));

  useEffect(() => view.current?.focus(), []);

  const onKeyDown = (e: KeyboardEvent) => {
    const step = steps[e.key];
    if (!step) return;
    e.preventDefault();
    const far = e.shiftKey ? 0.1 : 0.02;
    put({ ...frame, x: frame.x + step[0] * far * crop.width, y: frame.y + step[1] * far * crop.height });
  };
  const onPointerDown = (e: PointerEvent<HTMLElement>) => {
    e.currentTarget.setPointerCapture(e.pointerId);
    from.current = { x: e.clientX, y: e.clientY, frame };
  };
  const onPointerMove = (e: PointerEvent<HTMLElement>) => {
    const start = from.current;
    if (!start) return;
    const box = e.currentTarget.getBoundingClientRect();
    put({
      ...frame,
      x: start.frame.x - ((e.clientX - start.x) / box.width) * crop.width,
      y: start.frame.y - ((e.clientY - start.y) / box.height) * crop.height,
    });
  };
  const onPointerEnd = () => {
    from.current = null;
  };

  return (
    <Dialog open onClose={onClose} title={t.frame} as="box">
      <div className="flex flex-col gap-4">
        <button
          ref={view}
          type="button"
          aria-label={t.frame}
          aria-describedby={`${id}-hint`}
          className="relative w-full cursor-grab touch-none overflow-hidden rounded-lg bg-sunken active:cursor-grabbing"
          style={{ aspectRatio: shape }}
          onKeyDown={onKeyDown}
          onPointerDown={onPointerDown}
          onPointerMove={onPointerMove}
          onPointerUp={onPointerEnd}
          onPointerCancel={onPointerEnd}
        >
          <img
            src={url}
            alt=""
            draggable={false}
            className="absolute max-w-none select-none"
            style={{
              width: `${100 / crop.width}%`,
              height: `${100 / crop.height}%`,
              left: `${(-crop.left / crop.width) * 100}%`,
              top: `${(-crop.top / crop.height) * 100}%`,
            }}
          />
        </button>
        <p id={`${id}-hint`} className="text-sm text-ink-soft">
          {t.frameHint}
        </p>
        <label className="flex items-center gap-3">
          <span className="font-medium">{t.zoom}</span>
          <input
            type="range"
            className="target flex-1 accent-accent"
            min={1}
            max={mostZoom}
            step={0.05}
            value={frame.zoom}
            onChange={(e) => put({ ...frame, zoom: Number(e.target.value) })}
          />
        </label>
        {error && (
          <p role="alert" className="rounded-lg bg-bad-soft p-3 text-bad">
            {error}
          </p>
        )}
        <div className="flex flex-wrap items-center justify-end gap-2">
          {busy && <progress aria-label={t.sending} className="w-24 flex-1 accent-accent" />}
          <Button onClick={onClose} disabled={busy}>
            {c.cancel}
          </Button>
          <Button kind="primary" busy={busy} onClick={() => onUse(cropText(frame, width, height, shape))}>
            {t.use}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
