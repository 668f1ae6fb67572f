import type { ReactNode } from "react";
import { common } from "@/text/common";
import { addDays } from "@/text/format";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { SelectField, TextField } from "@/ui/field";
import { dayBegins } from "./difference";
import { useSubjectName } from "./entries";
import { words } from "./texts";

/** By what a trail is searched. */
export interface Chosen {
  action: string;
  actor: { id: string; name: string } | null;
  subject: string;
  from: string;
  to: string;
}

export const nothingChosen: Chosen = { action: "", actor: null, subject: "", from: "", to: "" };

/** The filter as the API takes it; `to` is a day that is still in. */
export function queryOf(c: Chosen, zone: string) {
  return {
    ...(c.action && { action: c.action }),
    ...(c.actor && { actor_id: c.actor.id }),
    ...(c.subject && { subject: c.subject }),
    ...(c.from && { from: dayBegins(c.from, zone) }),
    ...(c.to && { to: dayBegins(addDays(c.to, 1), zone) }),
  };
}

interface Props {
  chosen: Chosen;
  onChange: (to: Chosen) => void;
  /** Kinds of actions by the names or beginnings of names. */
  groups: Record<string, string>;
  /** More to choose from, such as the members. */
  children?: ReactNode;
}

export function Filters({ chosen, onChange, groups, children }: Props) {
  const t = useTexts(words);
  const c = useTexts(common);
  const subjectName = useSubjectName();
  const set = (part: Partial<Chosen>) => onChange({ ...chosen, ...part });
  return (
    <search className="mb-5 flex flex-col gap-3">
      <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
        <SelectField label={t.group} value={chosen.action} onChange={(e) => set({ action: e.target.value })}>
          <option value="">{c.all}</option>
          {Object.entries(groups).map(([action, name]) => (
            <option key={action} value={action}>
              {name}
            </option>
          ))}
        </SelectField>
        {children}
        <TextField
          label={t.from}
          type="date"
          value={chosen.from}
          max={chosen.to || undefined}
          onChange={(e) => set({ from: e.target.value })}
        />
        <TextField
          label={t.to}
          type="date"
          value={chosen.to}
          min={chosen.from || undefined}
          onChange={(e) => set({ to: e.target.value })}
        />
      </div>
      <div className="flex flex-wrap gap-2 empty:hidden">
        {chosen.actor && !children && <Chip text={t.chosenActor(chosen.actor.name)} drop={t.drop} onDrop={() => set({ actor: null })} />}
        {chosen.subject && <Chip text={t.chosenSubject(subjectName(chosen.subject))} drop={t.drop} onDrop={() => set({ subject: "" })} />}
        {JSON.stringify(chosen) !== JSON.stringify(nothingChosen) && (
          <Button kind="quiet" onClick={() => onChange(nothingChosen)}>
            {t.clear}
          </Button>
        )}
      </div>
    </search>
  );
}

function Chip({ text, drop, onDrop }: { text: string; drop: string; onDrop: () => void }) {
  return (
    <span className="inline-flex items-center rounded-full bg-accent-soft pl-4">
      <bdi>{text}</bdi>
      <Button kind="quiet" aria-label={`${drop}: ${text}`} onClick={onDrop}>
        <span aria-hidden>✕</span>
      </Button>
    </span>
  );
}
