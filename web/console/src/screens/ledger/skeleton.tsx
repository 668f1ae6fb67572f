import { common } from "@/text/common";
import { useTexts } from "@/text/texts";
import { headHeight } from "./column";

/** The shape of the day before it is there: what comes does not shift what stands. */
export function Skeleton() {
  const words = useTexts(common);
  return (
    <div role="status" className="flex min-h-0 flex-1 overflow-hidden bg-surface">
      <span className="sr-only">{words.loading}</span>
      <div aria-hidden className="w-12 shrink-0 border-r border-line" />
      {[3, 1, 4, 2, 5].map((n) => (
        <div key={n} aria-hidden className="min-w-34 flex-1 border-r border-line">
          <div className="border-b border-line" style={{ height: headHeight }} />
          <div className="m-1 animate-pulse rounded-md bg-sunken" style={{ marginTop: n * 40, height: 70 }} />
          <div className="m-1 animate-pulse rounded-md bg-sunken" style={{ marginTop: n * 12, height: 100 }} />
        </div>
      ))}
    </div>
  );
}
