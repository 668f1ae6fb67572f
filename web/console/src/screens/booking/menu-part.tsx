import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useMay } from "@/shell/business";
import { inLang, money } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button, buttonLook } from "@/ui/button";
import { toggled, withOption, withSet } from "./draft";
import { byFrequency, readUsed } from "./frequent";
import { More } from "./more";
import { words } from "./texts";
import { type Draft, minutesOf, type Offered, offeredOn } from "./visit";

interface Props {
  business: string;
  of: Offered;
  draft: Draft;
  set: (to: Partial<Draft>) => void;
  error?: string | undefined;
}

/** How many menus are shown before one asks for all. */
const few = 8;

const chip = (chosen: boolean) =>
  `target flex flex-col items-start justify-center rounded-lg border px-3 py-1.5 text-left leading-tight ${chosen ? "border-accent bg-accent-soft font-semibold ring-1 ring-accent" : "border-line-strong bg-surface hover:bg-sunken"}`;

/** Menus to tap, what is used most first; of the chosen ones, their options. */
export function MenuPart({ business, of, draft, set, error }: Props) {
  const t = useTexts(words);
  const lang = useLang();
  const [all, setAll] = useState(false);
  const menu = useMemo(() => {
    const now = Date.now();
    const used = readUsed(business);
    return {
      services: byFrequency(
        of.services.filter((s) => offeredOn(s, draft.date)),
        used,
        now,
      ),
      sets: byFrequency(
        of.sets.filter((s) => offeredOn(s, draft.date)),
        used,
        now,
      ),
    };
  }, [of, business, draft.date]);
  const shown = all ? menu.services : menu.services.filter((s, i) => i < few || draft.lines.some((l) => l.service === s.id));
  if (menu.services.length === 0) return <NoMenus business={business} />;
  return (
    <fieldset className="flex flex-col gap-2" aria-describedby={error ? "menu-error" : undefined}>
      <legend className="mb-1 font-semibold">{t.menu}</legend>
      <div className="flex flex-wrap gap-2">
        {shown.map((s) => {
          const chosen = draft.lines.some((l) => l.service === s.id);
          return (
            <button key={s.id} type="button" aria-pressed={chosen} className={chip(chosen)} onClick={() => set(toggled(draft, s.id))}>
              <bdi>{inLang(s.name, lang)}</bdi>
              <span className="tabular text-sm font-normal text-ink-soft">
                {t.length(s.duration_minutes)} {money(s.price, lang)}
              </span>
            </button>
          );
        })}
      </div>
      {menu.services.length > few && (
        <Button kind="quiet" className="self-start text-sm" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t.menuFewer : t.menuAll}
        </Button>
      )}
      {menu.sets.length > 0 && (
        <More summary={t.sets}>
          <div className="flex flex-wrap gap-2">
            {menu.sets.map((s) => (
              <button
                key={s.id}
                type="button"
                aria-pressed={draft.set === s.id}
                className={chip(draft.set === s.id)}
                onClick={() => set(withSet(of, draft, s.id))}
              >
                <bdi>{inLang(s.name, lang)}</bdi>
                <span className="tabular text-sm font-normal text-ink-soft">{money(s.price, lang)}</span>
              </button>
            ))}
          </div>
        </More>
      )}
      {error && (
        <p id="menu-error" role="alert" className="text-sm font-medium text-bad">
          {error}
        </p>
      )}
      <Options of={of} draft={draft} set={set} />
    </fieldset>
  );
}

function Options({ of, draft, set }: Pick<Props, "of" | "draft" | "set">) {
  const t = useTexts(words);
  const lang = useLang();
  return draft.lines.map((line, i) => {
    const service = of.services.find((s) => s.id === line.service);
    const options = of.options.filter((o) => o.active && service?.option_ids.includes(o.id));
    if (!service || (options.length === 0 && draft.lines.length === 1)) return null;
    const name = inLang(service.name, lang);
    return (
      <div key={line.service} className="rounded-lg bg-sunken px-3 py-2">
        <p className="flex items-baseline justify-between gap-2 text-sm">
          <bdi className="font-medium">{name}</bdi>
          <span className="tabular text-ink-soft">{t.length(minutesOf(of, line))}</span>
        </p>
        {options.length > 0 && (
          <fieldset className="mt-1 flex flex-wrap gap-2" aria-label={t.options(name)}>
            {options.map((o) => {
              const chosen = line.options.includes(o.id);
              return (
                <button
                  key={o.id}
                  type="button"
                  aria-pressed={chosen}
                  className={`${chip(chosen)} text-sm`}
                  onClick={() => set(withOption(draft, i, o.id))}
                >
                  <span>
                    <bdi>{inLang(o.name, lang)}</bdi> <span className="tabular font-normal text-ink-soft">+{money(o.price, lang)}</span>
                  </span>
                </button>
              );
            })}
          </fieldset>
        )}
      </div>
    );
  });
}

function NoMenus({ business }: { business: string }) {
  const t = useTexts(words);
  const mayAdd = useMay("changeMenus");
  return (
    <div className="flex flex-col items-start gap-2 rounded-lg bg-sunken p-4">
      <p className="font-medium">{t.noMenus}</p>
      <p className="text-ink-soft">{t.noMenusHint}</p>
      {mayAdd && (
        <Link to="/console/b/$businessId/menus" params={{ businessId: business }} className={buttonLook()}>
          {t.toMenus}
        </Link>
      )}
    </div>
  );
}
