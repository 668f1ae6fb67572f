import { useTexts } from "@/text/texts";
import { type Row, rowLabels, rows } from "./kana";
import { words } from "./texts";

/** The index of a directory: あかさたな, then Latin letters, then names without a reading. */
export function IndexBar({ row, onChoose }: { row: Row | null; onChoose: (row: Row | null) => void }) {
  const t = useTexts(words);
  const look = (on: boolean) =>
    `target rounded-lg border px-3 ${on ? "border-accent bg-accent-soft font-semibold" : "border-line bg-surface hover:bg-sunken"}`;
  return (
    <fieldset className="flex flex-wrap gap-1">
      <legend className="sr-only">{t.index}</legend>
      <button type="button" aria-pressed={row === null} className={look(row === null)} onClick={() => onChoose(null)}>
        {t.all}
      </button>
      {rows.map((r) => (
        <button
          key={r}
          type="button"
          lang={r === "latin" || r === "other" ? undefined : "ja"}
          aria-pressed={r === row}
          className={look(r === row)}
          onClick={() => onChoose(r === row ? null : r)}
        >
          {r === "other" ? t.other : rowLabels[r]}
        </button>
      ))}
    </fieldset>
  );
}
