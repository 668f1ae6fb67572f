import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { explain } from "@/api/problem";
import { useTexts } from "@/text/texts";
import { Button } from "./button";
import { Confirm } from "./dialog";
import { PhotoAlt } from "./photo-alt";
import { addressOf, describe, type Photo, type Place, photosQuery, shapes, sort, takeAway } from "./photo-api";
import { PhotoChoose } from "./photo-choose";
import { words } from "./photo-words";
import { Await } from "./state";
import { toast } from "./toast";

export { addressOf, type Photo, photosQuery } from "./photo-api";

type FieldProps = Omit<Place, "purpose" | "targetId"> & {
  purpose: "staff" | "menu";
  targetId: string;
  photo: Photo | null | undefined;
  /** The photo as it is now; null: taken away. */
  onChange: (photo: Photo | null) => void;
};

/** The one photo of a staff member, a room or a menu. Each step is saved at once. */
export function PhotoField({ businessId, purpose, targetId, photo, onChange }: FieldProps) {
  const t = useTexts(words);
  const place: Place = { businessId, purpose, targetId };
  return (
    <div className="flex flex-col gap-3">
      {photo ? <Shown place={place} photo={photo} onChange={onChange} /> : <p className="text-ink-soft">{t.none}</p>}
      <PhotoChoose place={place} label={photo ? t.replace : t.choose} onSent={onChange} />
    </div>
  );
}

const most = 10;

/** The photos of the shop: the first is its cover. Each step is saved at once. */
export function PhotoList({ businessId }: { businessId: string }) {
  const queries = useQueryClient();
  const query = photosQuery(businessId);
  const photos = useQuery(query);
  return (
    <Await query={photos}>
      {(list) => <Sorted businessId={businessId} photos={list} onChange={(to) => queries.setQueryData(query.queryKey, to)} />}
    </Await>
  );
}

type ListProps = { businessId: string; photos: readonly Photo[]; onChange: (photos: Photo[]) => void };

function Sorted({ businessId, photos, onChange }: ListProps) {
  const t = useTexts(words);
  const place: Place = { businessId, purpose: "shop" };
  const move = async (from: number, to: number) => {
    const next = [...photos];
    next.splice(to, 0, ...next.splice(from, 1));
    onChange(next);
    try {
      await sort(
        businessId,
        next.map((p) => p.id),
      );
      toast(t.moved(to + 1));
    } catch (e) {
      onChange([...photos]);
      toast(explain(e), { kind: "bad" });
    }
  };
  const set = (id: string, to: Photo | null) => onChange(photos.flatMap((p) => (p.id === id ? (to ? [to] : []) : [p])));
  return (
    <div className="flex flex-col gap-4">
      {photos.length === 0 && <p className="text-ink-soft">{t.none}</p>}
      <ol aria-label={t.list} className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
        {photos.map((photo, i) => (
          <li key={photo.id} className="flex flex-col gap-2 rounded-lg border border-line p-3">
            <div className="flex flex-wrap items-center gap-2">
              <span className="flex-1 font-medium">
                {t.place(i + 1, photos.length)}
                {i === 0 && <span className="ml-2 rounded bg-accent-soft px-2 text-sm">{t.cover}</span>}
              </span>
              <Button aria-label={`${t.earlier}: ${i + 1}`} disabled={i === 0} onClick={() => void move(i, i - 1)}>
                <span aria-hidden>←</span>
              </Button>
              <Button aria-label={`${t.later}: ${i + 1}`} disabled={i === photos.length - 1} onClick={() => void move(i, i + 1)}>
                <span aria-hidden>→</span>
              </Button>
            </div>
            <Shown place={place} photo={photo} onChange={(to) => set(photo.id, to)} />
          </li>
        ))}
      </ol>
      {photos.length < most ? (
        <PhotoChoose place={place} label={t.choose} onSent={(photo) => onChange([...photos, photo])} />
      ) : (
        <p className="text-ink-soft">{t.full(most)}</p>
      )}
    </div>
  );
}

/** A photo with its words, and the way to take it away. */
function Shown({ place, photo, onChange }: { place: Place; photo: Photo; onChange: (photo: Photo | null) => void }) {
  const t = useTexts(words);
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const last = photo.variants[photo.variants.length - 1];
  const remove = async () => {
    setBusy(true);
    setError(null);
    try {
      await takeAway(place, photo);
      setAsked(false);
      toast(t.removed);
      onChange(null);
    } catch (e) {
      setError(explain(e));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <img
        src={addressOf(photo, 640)}
        alt={photo.alt?.["ja"] ?? ""}
        width={last?.width}
        height={last?.height}
        loading="lazy"
        className={`h-auto rounded-lg bg-sunken object-cover ${place.purpose === "staff" ? "w-40" : "w-full max-w-sm"}`}
        style={{ aspectRatio: shapes[place.purpose] }}
      />
      <PhotoAlt key={photo.id} alt={photo.alt} save={async (alt) => onChange(await describe(place, photo, alt))} />
      <Button kind="quiet" className="self-start text-bad" onClick={() => setAsked(true)}>
        {t.remove}
      </Button>
      <Confirm
        open={asked}
        onClose={() => setAsked(false)}
        title={t.remove}
        action={t.remove}
        danger
        busy={busy}
        {...(error && { error })}
        onConfirm={() => void remove()}
      >
        <p>{t.removeText}</p>
      </Confirm>
    </>
  );
}
