import { type ReactNode, useId } from "react";

interface Props<T extends string> {
  label: string;
  tabs: { id: T; label: string; count?: number | undefined }[];
  chosen: T;
  onChoose: (id: T) => void;
  children: ReactNode;
}

/** Parts of a screen of which one is shown; arrow keys go from tab to tab. */
export function Tabs<T extends string>({ label, tabs, chosen, onChoose, children }: Props<T>) {
  const id = useId();
  return (
    <>
      <div role="tablist" aria-label={label} className="mb-5 flex gap-1 overflow-x-auto border-b border-line">
        {tabs.map((tab, i) => (
          <button
            key={tab.id}
            id={`${id}-${tab.id}`}
            type="button"
            role="tab"
            aria-selected={tab.id === chosen}
            aria-controls={`${id}-panel`}
            tabIndex={tab.id === chosen ? 0 : -1}
            className={`target shrink-0 whitespace-nowrap border-b-2 px-4 py-2 ${tab.id === chosen ? "border-accent font-semibold" : "border-transparent text-ink-soft hover:text-ink"}`}
            onClick={() => onChoose(tab.id)}
            onKeyDown={(e) => {
              const step = e.key === "ArrowRight" ? 1 : e.key === "ArrowLeft" ? -1 : 0;
              const next = tabs[(i + step + tabs.length) % tabs.length];
              if (!step || !next) return;
              e.preventDefault();
              onChoose(next.id);
              document.getElementById(`${id}-${next.id}`)?.focus();
            }}
          >
            {tab.label}
            {tab.count ? <span className="tabular ml-2 rounded-full bg-warn-soft px-2 text-sm text-warn">{tab.count}</span> : null}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${chosen}`} key={chosen}>
        {children}
      </div>
    </>
  );
}
