import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useState } from "react";
import { api, dataOf } from "@/api/client";
import { explain } from "@/api/problem";
import { addDays, clockTime, dateWords } from "@/text/format";
import { useLang } from "@/text/lang";
import { texts, useTexts } from "@/text/texts";
import { Dialog } from "@/ui/dialog";
import { TextField } from "@/ui/field";
import { Badge } from "@/ui/page";
import { type Booking, type Ledger, within } from "./day";
import { customerOf, looks, menuOf } from "./look";
import { words } from "./texts";

const own = texts({
  ja: {
    label: "お名前、フリガナ、電話番号の下4桁、予約番号",
    hintAll: "前後45日の予約から探します。",
    hintDay: "表示している日の予約から探します。",
    nothing: "見つかりませんでした",
    first: "はじめの20件を表示しています。条件を加えて絞り込んでください。",
    searching: "探しています",
  },
  en: {
    label: "Name, kana, last four digits of the phone, or code",
    hintAll: "Among the bookings of 45 days before and behind.",
    hintDay: "Among the bookings of the day shown.",
    nothing: "Nothing was found",
    first: "These are the first 20. Type more to narrow it down.",
    searching: "Searching",
  },
});

interface Props {
  business: string;
  ledger: Ledger;
  /** Whoever may not look through all bookings looks through the day. */
  everywhere: boolean;
  onClose: () => void;
  onOpen: (b: Booking) => void;
}

const most = 20;

export function SearchDialog({ business, ledger, everywhere, onClose, onOpen }: Props) {
  const t = useTexts(words);
  const o = useTexts(own);
  const lang = useLang();
  const [typed, setTyped] = useState("");
  const asked = useDeferredValue(useSlow(typed.trim()));
  const found = useQuery({
    queryKey: ["business", business, "bookings", "search", ledger.date, asked],
    queryFn: async () =>
      dataOf(
        await api.GET("/api/v1/businesses/{business_id}/bookings", {
          params: {
            path: { business_id: business },
            query: { from: addDays(ledger.date, -45), to: addDays(ledger.date, 45), q: asked, limit: most },
          },
        }),
      ),
    enabled: everywhere && asked !== "",
  });
  const list = asked === "" ? [] : everywhere ? (found.data?.items ?? []) : inDay(ledger, asked);
  const done = asked !== "" && (!everywhere || found.isSuccess);
  return (
    <Dialog open onClose={onClose} title={t.search} as="box">
      <TextField
        type="search"
        label={o.label}
        hint={everywhere ? o.hintAll : o.hintDay}
        value={typed}
        maxLength={100}
        autoComplete="off"
        onChange={(e) => setTyped(e.target.value)}
      />
      <p role="status" className="py-2 text-ink-soft">
        {found.error ? explain(found.error) : done ? (list.length === 0 ? o.nothing : "") : asked ? o.searching : ""}
      </p>
      <ul className="divide-y divide-line">
        {list.map((b) => (
          <li key={b.id}>
            <button
              type="button"
              className="target flex w-full flex-wrap items-center gap-x-3 py-2 text-left hover:bg-sunken"
              onClick={() => onOpen(b)}
            >
              <span className="tabular">
                {dateWords(b.date, lang)} {clockTime(within(b.date, b).from)}
              </span>
              <bdi className="font-semibold">{customerOf(b, t)}</bdi>
              <bdi className="text-ink-soft">{menuOf(b, lang)}</bdi>
              <Badge tone={looks[b.status].tone} icon={looks[b.status].icon}>
                {t.status[b.status]}
              </Badge>
            </button>
          </li>
        ))}
      </ul>
      {found.data?.next_cursor && <p className="pt-2 text-sm text-ink-soft">{o.first}</p>}
    </Dialog>
  );
}

function useSlow(text: string): string {
  const [slow, setSlow] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(text), 250);
    return () => clearTimeout(timer);
  }, [text]);
  return slow;
}

const plain = (s: string) =>
  s
    .normalize("NFKC")
    .toLowerCase()
    .replace(/\s/g, "")
    .replace(/[ぁ-ゖ]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0x60));

function inDay(ledger: Ledger, text: string): Booking[] {
  const wanted = plain(text);
  return ledger.bookings
    .filter((b) => {
      const c = b.customer;
      return plain(`${c.family_name}${c.given_name} ${c.family_name_kana}${c.given_name_kana} ${b.code}`).includes(wanted);
    })
    .slice(0, most);
}
