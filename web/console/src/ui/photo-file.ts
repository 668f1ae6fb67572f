// A file that was chosen, made ready to be sent: a phone's photo of many megabytes is made smaller here, so that it is sent in
// a moment, and leaves its place and camera behind.

const longest = 2560;
const light = 2_500_000;

export const accepted = "image/jpeg,image/png,image/webp,image/heic,image/heif";
const sendable = ["image/jpeg", "image/png", "image/webp"];

export interface Picked {
  blob: Blob;
  url: string;
  width: number;
  height: number;
}

/** The picture of a file, as people see it; null for one that this browser cannot show. Free its url when it is done. */
export async function pick(file: Blob): Promise<Picked | null> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return null;
  }
  const { width, height } = bitmap;
  const scale = Math.min(1, longest / Math.max(width, height));
  const asIs = scale === 1 && file.size <= light && sendable.includes(file.type);
  const blob = asIs ? file : await redrawn(bitmap, Math.round(width * scale), Math.round(height * scale));
  bitmap.close();
  if (!blob) return null;
  return { blob, url: URL.createObjectURL(blob), width, height };
}

function redrawn(bitmap: ImageBitmap, width: number, height: number): Promise<Blob | null> {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context) return Promise.resolve(null);
  context.imageSmoothingQuality = "high";
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0, width, height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9));
}
