import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useState } from "react";
import { useMay } from "@/shell/business";
import { clockTime, inLang, money } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { CheckField, SelectField, TextField } from "@/ui/field";
import { MinuteField } from "@/ui/number";
import { instantOf, type Ledger } from "../ledger/day";
import { ledgerQuery } from "../ledger/day-query";
import { nameOf, verdictWords } from "../ledger/look";
import { moveWords } from "../ledger/move-texts";
import { words as ledgerWords } from "../ledger/texts";
import { useWhy } from "./queries";
import { words } from "./texts";
import { type Draft, judged, lengthOf, nearFree, nominable, type Offered, partyOf, step } from "./visit";

interface Props {
  business: string;
  of: Offered;
  /** Of the day that was open; others are read when they are chosen. */
  ledger: Ledger;
  draft: Draft;
  set: (to: Partial<Draft>) => void;
  faults: Record<string, string>;
}

/** When, and with whom: prefilled from where it was tapped, with what stands against it told at once. */
export function WhenPart({ business, of, ledger: opened, draft, set, faults }: Props) {
  const t = useTexts(words);
  const lang = useLang();
  const other = useQuery({ ...ledgerQuery(business, draft.date), enabled: draft.date !== opened.date });
  const ledger = draft.date === opened.date ? opened : other.data;
  const able = of.resources.filter((r) => r.kind === "staff" && r.active);
  const person = able.find((r) => r.id === draft.staff);
  const askable = draft.staff !== null && draft.lines.some((l) => nominable(of, l, draft.staff ?? ""));
  return (
    <section className="flex flex-col gap-3">
      <h3 className="font-semibold">{t.when}</h3>
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
        <TextField
          label={t.date}
          type="date"
          required
          value={draft.date}
          onChange={(e) => e.target.value && set({ date: e.target.value })}
        />
        <MinuteField
          label={t.time}
          value={draft.minute}
          onChange={(minute) => set({ minute: Math.round(minute / step) * step })}
          error={faults["start"]}
        />
        <SelectField
          label={t.staff}
          className="max-sm:col-span-2"
          value={draft.staff ?? ""}
          error={faults["assigned_staff_id"] ?? faults["staff"]}
          onChange={(e) => set({ staff: e.target.value || null, ...(!e.target.value && { asked: false }) })}
        >
          <option value="">{t.whoever}</option>
          {able.map((r) => (
            <option key={r.id} value={r.id}>
              {inLang(r.name, lang)}
            </option>
          ))}
        </SelectField>
      </div>
      {person && draft.lines.length > 0 && (
        <CheckField
          label={
            person.nomination_fee.amount > 0 && askable ? `${t.askedFor} (${t.askedFee(money(person.nomination_fee, lang))})` : t.askedFor
          }
          hint={askable ? undefined : t.cannotAsk}
          disabled={!askable}
          checked={draft.asked && askable}
          onChange={(e) => set({ asked: e.target.checked })}
        />
      )}
      {ledger && draft.lines.length > 0 && <Verdict {...{ business, of, ledger, draft, set }} />}
    </section>
  );
}

function Verdict({ business, of, ledger, draft, set }: Omit<Props, "faults">) {
  const t = useTexts(words);
  const m = useTexts(moveWords);
  const l = useTexts(ledgerWords);
  const lang = useLang();
  const override = useMay("override");
  const calm = useDeferredValue(draft); // many starts are judged: what is typed goes first
  const near = useMemo(() => nearFree(of, ledger, calm), [of, ledger, calm]);
  const verdict = useMemo(() => judged(of, ledger, draft), [of, ledger, draft]);
  if (!verdict) return null;
  const column = ledger.resources.find((r) => r.id === draft.staff);
  // Where nobody was chosen, no single name is to blame.
  const nobody = draft.staff === null && verdict.column?.kind === "staff";
  const times = near.filter((minute) => minute !== draft.minute);
  return (
    <div className="flex flex-col gap-2">
      {verdict.kind === "free" ? (
        <p className="tabular rounded-lg bg-good-soft px-3 py-2 text-good">
          <span aria-hidden>○ </span>
          {t.free(clockTime(draft.minute), clockTime(draft.minute + lengthOf(of, draft)))}
        </p>
      ) : (
        <div className="flex flex-col gap-1 rounded-lg bg-warn-soft px-3 py-2 text-warn">
          <p role="status">
            <span aria-hidden>△ </span>
            {nobody ? t.nobodyFree : verdictWords(verdict, draft.minute, nameOf(column, l, lang), m, l, lang)}
          </p>
          {verdict.soft && <p className="text-sm">{override ? t.soft : t.softNoRight}</p>}
          <Why business={business} of={of} ledger={ledger} draft={draft} />
        </div>
      )}
      {verdict.soft && override && (
        <TextField label={t.reason} required maxLength={500} value={draft.reason} onChange={(e) => set({ reason: e.target.value })} />
      )}
      {verdict.kind !== "free" && near.length === 0 && calm === draft && <p className="text-sm text-ink-soft">{t.noFree}</p>}
      {times.length > 0 && (verdict.kind !== "free" || !draft.walkIn) && (
        <div>
          <p className="text-sm text-ink-soft">{t.near}</p>
          <div className="tabular flex flex-wrap gap-2">
            {times.map((minute) => (
              <Button key={minute} className="!px-3" onClick={() => set({ minute, reason: "" })}>
                {clockTime(minute)}
              </Button>
            ))}
          </div>
        </div>
      )}
    </div>
  );
}

/** Everything that stands against the start, as the server tells it; of the first menu, whose rules are asked. */
function Why({ business, of, ledger, draft }: Pick<Props, "business" | "of" | "ledger" | "draft">) {
  const t = useTexts(words);
  const [open, setOpen] = useState(false);
  const line = draft.lines[0];
  const question = line && {
    service: line.service,
    staff: draft.staff,
    options: line.options,
    party: partyOf(of, draft),
    start: instantOf(draft.date, draft.minute, ledger.timezone),
  };
  const why = useWhy(business, open && question ? question : null);
  return (
    <details open={open} onToggle={(e) => setOpen(e.currentTarget.open)} className="text-sm">
      <summary className="target flex items-center underline">{t.why}</summary>
      {why.isPending && open && <p>…</p>}
      <ul className="list-disc pl-5">
        {why.data?.slice(0, 8).map((cause) => (
          <li key={`${cause.kind}${cause.message}`}>{cause.message}</li>
        ))}
      </ul>
    </details>
  );
}
