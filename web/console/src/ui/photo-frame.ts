/** Where the frame stands in a picture: its middle in parts of 1, and how often it fits. */
export interface Frame {
  x: number;
  y: number;
  zoom: number;
}

export const mostZoom = 4;
export const centred: Frame = { x: 0.5, y: 0.5, zoom: 1 };

/** The part of a picture inside the frame, in parts of 1. `shape` is the frame's width for its height. */
export function cropOf(frame: Frame, width: number, height: number, shape: number) {
  const fit = width / height > shape ? { w: (height * shape) / width, h: 1 } : { w: 1, h: width / shape / height };
  const w = fit.w / frame.zoom;
  const h = fit.h / frame.zoom;
  return { left: frame.x - w / 2, top: frame.y - h / 2, width: w, height: h };
}

/** The frame kept within the picture. */
export function within(frame: Frame, width: number, height: number, shape: number): Frame {
  const zoom = Math.min(Math.max(frame.zoom, 1), mostZoom);
  const crop = cropOf({ ...frame, zoom }, width, height, shape);
  const hold = (at: number, size: number) => Math.min(Math.max(at, size / 2), 1 - size / 2);
  return { zoom, x: hold(frame.x, crop.width), y: hold(frame.y, crop.height) };
}

/** The crop as the API reads it. */
export function cropText(frame: Frame, width: number, height: number, shape: number): string {
  const c = cropOf(within(frame, width, height, shape), width, height, shape);
  return [c.left, c.top, c.width, c.height].map((n) => Math.min(Math.max(n, 0), 1).toFixed(5)).join(",");
}
