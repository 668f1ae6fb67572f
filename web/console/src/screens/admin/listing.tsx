import type { ReactNode } from "react";
import { common } from "@/text/common";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Empty } from "@/ui/state";
import { words } from "./texts";

interface Props {
  length: number;
  more: boolean;
  fetching: boolean;
  onMore: () => void;
  children: ReactNode;
}

/** A list that was filtered: what is in it, that nothing fits, and a way to more. */
export function Listing({ length, more, fetching, onMore, children }: Props) {
  const w = useTexts(words);
  const c = useTexts(common);
  if (length === 0) {
    return (
      <Empty title={w.nothing}>
        <p className="text-ink-soft">{w.nothingHint}</p>
      </Empty>
    );
  }
  return (
    <>
      {children}
      {more && (
        <div className="mt-4 flex justify-center">
          <Button busy={fetching} onClick={onMore}>
            {c.more}
          </Button>
        </div>
      )}
    </>
  );
}
