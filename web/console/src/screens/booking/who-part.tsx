import { useEffect, useState } from "react";
import { dateWords } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/field";
import { Badge } from "@/ui/page";
import { More } from "./more";
import { useFound, useSettled } from "./queries";
import { words } from "./texts";
import type { Draft } from "./visit";
import { cautions, type Found, searchFor } from "./who";

interface Props {
  business: string;
  draft: Draft;
  set: (to: Partial<Draft>) => void;
  faults: Record<string, string>;
}

/** Who comes: typed anew, or found by name or the last four digits of the phone. */
export function WhoPart({ business, draft, set, faults }: Props) {
  const t = useTexts(words);
  const type = (field: keyof Draft["typed"]) => (e: { target: { value: string } }) =>
    set({ typed: { ...draft.typed, [field]: e.target.value } });
  if (draft.found) {
    return (
      <section className="flex flex-col gap-2">
        <h3 className="font-semibold">{t.who}</h3>
        <div className="rounded-lg border border-accent bg-accent-soft p-3">
          <FoundLines c={draft.found} />
        </div>
        <Button kind="quiet" className="self-start" onClick={() => set({ found: null })}>
          {t.another}
        </Button>
      </section>
    );
  }
  return (
    <section className="flex flex-col gap-3">
      <h3 className="font-semibold">{t.who}</h3>
      <div className="grid gap-3 sm:grid-cols-2">
        <TextField
          label={t.name}
          value={draft.typed.name}
          onChange={type("name")}
          placeholder={t.walkInName}
          autoComplete="off"
          maxLength={120}
          error={faults["customer.family_name"] ?? faults["customer.given_name"]}
        />
        <TextField
          label={t.phone}
          type="tel"
          inputMode="tel"
          value={draft.typed.phone}
          onChange={type("phone")}
          autoComplete="off"
          maxLength={50}
          error={faults["customer.phone"]}
        />
      </div>
      <p className="text-sm text-ink-soft">{t.phoneHint}</p>
      <Hits business={business} draft={draft} set={set} />
      <More
        open={Boolean(draft.typed.kana || draft.typed.email || faults["customer.email"] || faults["customer.family_name_kana"])}
        summary={`${t.kana} / ${t.email}`}
      >
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField
            label={t.kana}
            value={draft.typed.kana}
            onChange={type("kana")}
            autoComplete="off"
            maxLength={120}
            error={faults["customer.family_name_kana"] ?? faults["customer.given_name_kana"]}
          />
          <TextField
            label={t.email}
            type="email"
            inputMode="email"
            value={draft.typed.email}
            onChange={type("email")}
            autoComplete="off"
            maxLength={254}
            error={faults["customer.email"]}
          />
        </div>
      </More>
    </section>
  );
}

function Hits({ business, draft, set }: Pick<Props, "business" | "draft" | "set">) {
  const t = useTexts(words);
  const q = useSettled(searchFor(draft.typed));
  const query = useFound(business, q);
  const [said, setSaid] = useState("");
  const hits = q === undefined ? undefined : query.data;
  useEffect(() => {
    if (hits) setSaid(hits.length === 0 ? t.noHits : t.hitsCount(hits.length));
    else setSaid("");
  }, [hits, t]);
  return (
    <>
      <p role="status" className={hits?.length === 0 ? "text-sm text-ink-soft" : "sr-only"}>
        {said}
      </p>
      {query.isFetching && !hits && <p className="text-sm text-ink-soft">{t.searching}…</p>}
      {hits && hits.length > 0 && (
        <ul aria-label={t.hits} className={`flex max-h-64 flex-col gap-1 overflow-y-auto ${query.isPlaceholderData ? "opacity-60" : ""}`}>
          {hits.map((c) => (
            <li key={c.id}>
              <button
                type="button"
                className="target w-full rounded-lg border border-line-strong bg-surface px-3 py-2 text-left hover:bg-sunken"
                onClick={() => set({ found: c })}
              >
                <FoundLines c={c} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** A known customer in short, and what is to be known before one books. */
export function FoundLines({ c }: { c: Found }) {
  const t = useTexts(words);
  const lang = useLang();
  const name = [c.family_name, c.given_name].filter(Boolean).join(" ");
  const kana = [c.family_name_kana, c.given_name_kana].filter(Boolean).join(" ");
  const known = cautions(c);
  const day = (at: string | null) => dateWords((at ?? "").slice(0, 10), lang);
  return (
    <span className="flex flex-col gap-1">
      <span className="flex flex-wrap items-baseline gap-x-2">
        <bdi className="font-semibold">{t.honoured(name || c.phone || c.email)}</bdi>
        <bdi className="text-sm text-ink-soft">{kana}</bdi>
        <span className="tabular text-sm text-ink-soft">{c.phone.replace(/^\+81/, "0")}</span>
      </span>
      <span className="flex flex-wrap items-center gap-1 text-sm">
        <span>{c.visit_count > 0 ? t.visits(c.visit_count) : t.first}</span>
        {c.last_visit_at && <span className="text-ink-soft">{t.last(day(c.last_visit_at))}</span>}
        {known.includes("no_show") && (
          <Badge tone="bad" icon="⊘">
            {t.noShows(c.no_show_count)}
          </Badge>
        )}
        {known.includes("next_visit") && (
          <Badge tone="info" icon="●">
            {t.next(day(c.next_visit_at))}
          </Badge>
        )}
        {c.tags.map((tag) => (
          <Badge key={tag}>
            <bdi className="max-w-40 truncate">{tag}</bdi>
          </Badge>
        ))}
      </span>
    </span>
  );
}
