import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import type { Ghost } from "./column";
import { moveWords } from "./move-texts";

interface Props {
  name: string;
  text: string;
  tone: Ghost["tone"];
  /** While it is dragged the hand is not free for buttons. */
  byHand: boolean;
  onDrop: () => void;
  onLeave: () => void;
}

const looks = { good: "text-good", warn: "text-warn", bad: "text-bad" };
const icons = { good: "✓", warn: "⚠", bad: "✕" };

/** What would come of a drop, in full, and the way to it without a hand that drags. */
export function MoveBar({ name, text, tone, byHand, onDrop, onLeave }: Props) {
  const m = useTexts(moveWords);
  return (
    <div className="absolute inset-x-0 bottom-0 z-40 flex min-h-15 flex-wrap items-center gap-x-4 gap-y-1 border-t-2 border-accent bg-surface px-4 py-1.5">
      <p className="font-semibold">
        <bdi>{m.carrying(name)}</bdi>
      </p>
      <p className={`min-w-40 flex-1 max-sm:basis-full ${looks[tone]}`}>
        <span aria-hidden>{icons[tone]}</span> <bdi>{text}</bdi>
      </p>
      {!byHand && (
        <div className="flex gap-2">
          <Button onClick={onLeave}>{m.leave}</Button>
          <Button kind="primary" disabled={tone === "bad"} onClick={onDrop}>
            {m.here}
          </Button>
        </div>
      )}
    </div>
  );
}
