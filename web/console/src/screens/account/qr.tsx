import { useMemo } from "react";
import { encode } from "uqr";

/** A QR code, dark on light whatever the colours of the screen are: cameras want it so, with four modules of quiet around. */
export function QR({ text, label }: { text: string; label: string }) {
  const { data, size } = useMemo(() => encode(text, { border: 4 }), [text]);
  const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : []))).join("");
  return (
    <svg viewBox={`0 0 ${size} ${size}`} className="mx-auto w-56 max-w-full rounded-lg bg-white" role="img" aria-label={label}>
      <path d={path} fill="#000" shapeRendering="crispEdges" />
    </svg>
  );
}
