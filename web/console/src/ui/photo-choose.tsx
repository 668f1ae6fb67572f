import { type DragEvent, useEffect, useRef, useState } from "react";
import { explain } from "@/api/problem";
import { useTexts } from "@/text/texts";
import { Button } from "./button";
import { type Photo, type Place, send, shapes } from "./photo-api";
import { PhotoCrop } from "./photo-crop";
import { accepted, type Picked, pick } from "./photo-file";
import { words } from "./photo-words";
import { toast } from "./toast";

interface Props {
  place: Place;
  label: string;
  disabled?: boolean;
  onSent: (photo: Photo) => void;
}

/** The way a photo comes in: chosen or dropped, cropped, sent. What is refused is said in words, and nothing is lost. */
export function PhotoChoose({ place, label, disabled, onSent }: Props) {
  const t = useTexts(words);
  const input = useRef<HTMLInputElement>(null);
  const [picked, setPicked] = useState<Picked | null>(null);
  const [busy, setBusy] = useState<"reading" | "sending" | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [over, setOver] = useState(false);

  useEffect(() => {
    if (picked) return () => URL.revokeObjectURL(picked.url);
  }, [picked]);

  const take = async (file: File | undefined) => {
    if (!file || disabled) return;
    setError(null);
    setBusy("reading");
    const next = await pick(file);
    setBusy(null);
    if (next) setPicked(next);
    else setError(t.unreadable);
  };
  const use = async (crop: string) => {
    if (!picked) return;
    setError(null);
    setBusy("sending");
    try {
      const photo = await send(place, picked.blob, crop);
      setPicked(null);
      toast(t.sent);
      onSent(photo);
    } catch (e) {
      setError(explain(e));
    } finally {
      setBusy(null);
    }
  };
  const drop = (e: DragEvent) => {
    e.preventDefault();
    setOver(false);
    void take(e.dataTransfer.files[0]);
  };

  return (
    <section
      aria-label={label}
      className={`flex flex-col items-start gap-2 rounded-lg border border-dashed p-3 ${over ? "border-accent bg-accent-soft" : "border-line-strong"}`}
      onDragOver={(e) => {
        e.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <input
        ref={input}
        type="file"
        accept={accepted}
        className="hidden"
        aria-label={label}
        onChange={(e) => {
          void take(e.target.files?.[0]);
          e.target.value = "";
        }}
      />
      <Button busy={busy === "reading"} disabled={disabled ?? false} onClick={() => input.current?.click()}>
        {label}
      </Button>
      <p className="text-sm text-ink-soft">{t.drop}</p>
      {error && !picked && (
        <p role="alert" className="text-sm font-medium text-bad">
          {error}
        </p>
      )}
      {picked && (
        <PhotoCrop
          picked={picked}
          shape={shapes[place.purpose]}
          busy={busy === "sending"}
          error={error}
          onClose={() => {
            setPicked(null);
            setError(null);
          }}
          onUse={(crop) => void use(crop)}
        />
      )}
    </section>
  );
}
