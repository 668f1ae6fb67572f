import { addDays, dateWords } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button, buttonLook } from "@/ui/button";
import { steps } from "./day-view";
import { words } from "./texts";
import { mondayOf } from "./week-view";

export type View = "day" | "week" | "list";

const input = "target rounded-lg border border-line-strong bg-surface px-2 text-ink";

interface Dates {
  date: string;
  today: boolean;
  view: View;
  onDate: (date: string | undefined) => void;
  onWalk: (days: number) => void;
  onView: (view: View) => void;
}

/** Which day, and how it is shown. */
export function DateBar({ date, today, view, onDate, onWalk, onView }: Dates) {
  const t = useTexts(words);
  const lang = useLang();
  const by = view === "week" ? 7 : 1;
  return (
    <>
      <div className="flex items-center gap-1">
        <Button className="px-3" aria-label={view === "week" ? t.backWeek : t.back} onClick={() => onWalk(-by)}>
          <span aria-hidden>‹</span>
        </Button>
        <Button className="px-3 whitespace-nowrap" aria-pressed={today} onClick={() => onDate(undefined)}>
          {t.today}
        </Button>
        <Button className="px-3" aria-label={view === "week" ? t.nextWeek : t.next} onClick={() => onWalk(by)}>
          <span aria-hidden>›</span>
        </Button>
        <h1 className="tabular ml-1 min-w-0 text-lg font-semibold whitespace-nowrap max-sm:text-base max-sm:leading-tight max-sm:whitespace-normal">
          <span className="sr-only">{t.title} </span>
          {view === "week" ? `${dateWords(mondayOf(date), lang)} – ${dateWords(addDays(mondayOf(date), 6), lang)}` : dateWords(date, lang)}
        </h1>
        <input
          type="date"
          aria-label={t.date}
          value={date}
          className={`${input} ledger-pick`}
          onChange={(e) => {
            if (/^\d{4}-\d\d-\d\d$/.test(e.target.value)) onDate(e.target.value);
          }}
        />
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: three buttons, no form */}
      <div role="group" aria-label={t.view} className="flex overflow-hidden rounded-lg border border-line-strong">
        {(["day", "week", "list"] as const).map((v) => (
          <button
            key={v}
            type="button"
            aria-pressed={view === v}
            className={`target px-3 max-sm:px-2 ${view === v ? "bg-accent font-semibold text-accent-ink" : "bg-surface hover:bg-sunken"}`}
            onClick={() => onView(v)}
          >
            {t[v]}
          </button>
        ))}
      </div>
    </>
  );
}

const signs = {
  live: { icon: "●", look: "text-good" },
  connecting: { icon: "◌", look: "text-warn" },
  offline: { icon: "⊘", look: "text-bad" },
} as const;

/** Whether what others do is seen at once. */
export function LiveSign({ state }: { state: keyof typeof signs }) {
  const t = useTexts(words);
  return (
    <p role="status" className={`text-sm whitespace-nowrap ${signs[state].look}`}>
      <span aria-hidden>{signs[state].icon}</span> <span className="max-sm:sr-only">{t[state]}</span>
    </p>
  );
}

interface Choice {
  id: string;
  name: string;
  kind: string;
}

interface FilterProps {
  columns: Choice[];
  hidden: ReadonlySet<string>;
  onHidden: (hidden: ReadonlySet<string>) => void;
  gone: boolean;
  onGone: (gone: boolean) => void;
}

/** Which columns are shown, and whether what was cancelled is. */
export function Filter({ columns, hidden, onHidden, gone, onGone }: FilterProps) {
  const t = useTexts(words);
  const flip = (id: string) => {
    const next = new Set(hidden);
    if (!next.delete(id)) next.add(id);
    onHidden(next);
  };
  const kinds = [...new Set(columns.map((c) => c.kind))];
  return (
    <details className="relative">
      <summary className={`${buttonLook()} list-none`}>
        {t.columns}
        {hidden.size > 0 && (
          <span className="tabular text-sm text-ink-soft">{columns.length - columns.filter((c) => hidden.has(c.id)).length}</span>
        )}
        <span aria-hidden>▾</span>
      </summary>
      <div className="absolute z-40 mt-1 max-h-[60dvh] w-64 overflow-y-auto rounded-lg border border-line bg-surface p-3 shadow-xl max-sm:right-0 sm:left-0">
        {hidden.size > 0 && (
          <Button kind="quiet" className="w-full" onClick={() => onHidden(new Set())}>
            {t.columnsAll}
          </Button>
        )}
        {kinds.map((kind) => (
          <fieldset key={kind}>
            <legend className="pt-1 text-sm text-ink-soft">{t[kind as "staff" | "room" | "seat" | "equipment" | "unassigned"]}</legend>
            {columns
              .filter((c) => c.kind === kind)
              .map((c) => (
                <label key={c.id} className="target flex items-center gap-3">
                  <input
                    type="checkbox"
                    className="size-5 shrink-0 accent-accent"
                    checked={!hidden.has(c.id)}
                    onChange={() => flip(c.id)}
                  />
                  <bdi>{c.name}</bdi>
                </label>
              ))}
          </fieldset>
        ))}
        <label className="target mt-2 flex items-center gap-3 border-t border-line pt-2">
          <input type="checkbox" className="size-5 shrink-0 accent-accent" checked={gone} onChange={(e) => onGone(e.target.checked)} />
          {t.showGone}
        </label>
      </div>
    </details>
  );
}

export function GridChooser({ step, onStep }: { step: number; onStep: (step: number) => void }) {
  const t = useTexts(words);
  return (
    <select aria-label={t.grid} className={input} value={step} onChange={(e) => onStep(Number(e.target.value))}>
      {steps.map((s) => (
        <option key={s} value={s}>
          {t.grid} {s}
          {"′"}
        </option>
      ))}
    </select>
  );
}

/** On a phone one column fills the screen. */
export function ColumnChooser({ columns, value, onChange }: { columns: Choice[]; value: string; onChange: (id: string) => void }) {
  const t = useTexts(words);
  return (
    <select aria-label={t.oneColumn} className={`${input} w-full min-w-0`} value={value} onChange={(e) => onChange(e.target.value)}>
      {columns.map((c) => (
        <option key={c.id} value={c.id}>
          {c.name}
        </option>
      ))}
    </select>
  );
}

interface ToolsProps {
  csv: string | undefined;
  onHelp: () => void;
}

export function Tools({ csv, onHelp }: ToolsProps) {
  const t = useTexts(words);
  return (
    <details className="relative">
      <summary className={`${buttonLook("plain", "max-sm:!px-2")} list-none`} aria-label={t.more}>
        <span aria-hidden>⋯</span>
      </summary>
      <div className="absolute right-0 z-40 mt-1 flex w-52 flex-col rounded-lg border border-line bg-surface p-2 shadow-xl">
        <Button kind="quiet" className="justify-start" onClick={() => window.print()}>
          {t.print}
        </Button>
        {csv && (
          <a className={buttonLook("quiet", "justify-start")} href={csv} download>
            {t.csv}
          </a>
        )}
        <Button kind="quiet" className="justify-start" onClick={onHelp}>
          {t.help}
        </Button>
      </div>
    </details>
  );
}
