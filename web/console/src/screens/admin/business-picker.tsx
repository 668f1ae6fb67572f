import { useQueries, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf } from "@/api/client";
import { inLang } from "@/text/format";
import { useLang } from "@/text/lang";
import { texts, useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/field";
import { useSettled } from "@/ui/settled";
import { decidedQuery } from "./decisions";

const own = texts({
  ja: {
    find: "店舗を名前で探して追加",
    add: (name: string) => `${name}を追加`,
    remove: (name: string) => `${name}を外す`,
    none: "指定した店舗はありません。",
    nothing: "見つかりませんでした。",
    most: "指定できるのは200店舗までです。",
  },
  en: {
    find: "Find a business by its name",
    add: (name: string) => `Add ${name}`,
    remove: (name: string) => `Remove ${name}`,
    none: "None is chosen.",
    nothing: "Nothing found.",
    most: "At most 200 can be chosen.",
  },
});

const most = 200;

/** A list of businesses, found by their names. */
export function BusinessPicker({ label, chosen, onChange }: { label: string; chosen: string[]; onChange: (to: string[]) => void }) {
  const t = useTexts(own);
  const lang = useLang();
  const [typed, setTyped] = useState("");
  const q = useSettled(typed.trim());
  const known = useQueries({ queries: chosen.map((id) => ({ ...decidedQuery(id), staleTime: 300_000 })) });
  const nameOf = (i: number, id: string) => {
    const name = known[i]?.data?.business.name;
    return name ? inLang(name, lang) : `…${id.slice(-6)}`;
  };
  const found = useQuery({
    queryKey: ["admin", "businesses", "pick", q],
    queryFn: async () => dataOf(await api.GET("/api/v1/admin/businesses", { params: { query: { q, limit: 8 } } })).items,
    enabled: q !== "",
  });
  const offers = (found.data ?? []).filter((b) => !chosen.includes(b.id));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 font-medium">{label}</legend>
      {chosen.length === 0 && <p className="text-sm text-ink-soft">{t.none}</p>}
      <ul className="flex flex-wrap gap-2">
        {chosen.map((id, i) => (
          <li key={id} className="inline-flex items-center rounded-full bg-accent-soft pl-4">
            <bdi>{nameOf(i, id)}</bdi>
            <Button kind="quiet" aria-label={t.remove(nameOf(i, id))} onClick={() => onChange(chosen.filter((x) => x !== id))}>
              <span aria-hidden>✕</span>
            </Button>
          </li>
        ))}
      </ul>
      <TextField label={t.find} type="search" maxLength={200} value={typed} onChange={(e) => setTyped(e.target.value)} />
      {chosen.length >= most && <p className="text-sm text-warn">{t.most}</p>}
      <div role="status">
        {q !== "" && q === typed.trim() && found.data && offers.length === 0 && <p className="text-sm text-ink-soft">{t.nothing}</p>}
        {q !== "" && q === typed.trim() && (
          <ul className="flex flex-col gap-1">
            {offers.map((b) => (
              <li key={b.id}>
                <Button
                  className="w-full justify-start"
                  disabled={chosen.length >= most}
                  onClick={() => {
                    onChange([...chosen, b.id]);
                    setTyped("");
                  }}
                >
                  <span aria-hidden>+</span>
                  <bdi>{t.add(inLang(b.name, lang))}</bdi>
                </Button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </fieldset>
  );
}
