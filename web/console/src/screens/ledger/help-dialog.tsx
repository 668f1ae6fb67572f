import { useState } from "react";
import { texts, useTexts } from "@/text/texts";
import { Dialog } from "@/ui/dialog";
import { CheckField } from "@/ui/field";

const words = texts({
  ja: {
    title: "キーボード操作",
    on: "1文字のキー操作を使う",
    onHint: "音声入力などで誤って動くときは、オフにしてください。矢印キーとEnterキーはいつでも使えます。",
    keys: {
      "← ↑ → ↓": "枠と予約のあいだを移動する",
      Enter: "予約を開く、空いている枠に予約を入れる",
      N: "新しい予約",
      E: "予約を開いて編集する",
      C: "来店を受け付ける",
      X: "予約を取り消す",
      M: "予約を移動する(矢印で移動、Shift+↑↓で長さの変更、Enterで決定、Escapeで取りやめ)",
      T: "今日を表示する",
      "[ ]": "前の日、次の日",
      "D W L": "日、週、一覧を表示する",
      "/": "予約を検索する",
      "?": "この一覧を表示する",
    } as Record<string, string>,
  },
  en: {
    title: "Keyboard",
    on: "Use single keys",
    onHint: "Turn them off where speech input sets them off by mistake. Arrows and Enter always work.",
    keys: {
      "← ↑ → ↓": "Move between cells and bookings",
      Enter: "Open a booking, or book a free cell",
      N: "New booking",
      E: "Open and edit the booking",
      C: "Check the customer in",
      X: "Cancel the booking",
      M: "Move the booking (arrows move, Shift+↑↓ changes its length, Enter drops, Escape leaves)",
      T: "Today",
      "[ ]": "Day before, next day",
      "D W L": "Day, week, list",
      "/": "Find a booking",
      "?": "This list",
    },
  },
});

const key = "ledger.keys";

export const singleKeys = () => localStorage.getItem(key) !== "off";

/** All keys of the ledger, and a switch for those that are a single character. */
export function HelpDialog({ onClose }: { onClose: () => void }) {
  const t = useTexts(words);
  const [on, setOn] = useState(singleKeys);
  return (
    <Dialog open onClose={onClose} title={t.title} as="box">
      <dl className="mb-4 grid grid-cols-[auto_1fr] items-baseline gap-x-4 gap-y-2">
        {Object.entries(t.keys).map(([name, does]) => (
          <div key={name} className="contents">
            <dt>
              <kbd className="rounded border border-line-strong bg-sunken px-2 py-0.5 text-sm whitespace-nowrap">{name}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <CheckField
        label={t.on}
        hint={t.onHint}
        checked={on}
        onChange={(e) => {
          setOn(e.target.checked);
          localStorage.setItem(key, e.target.checked ? "on" : "off");
        }}
      />
    </Dialog>
  );
}
