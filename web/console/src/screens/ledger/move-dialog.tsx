import { useState } from "react";
import { common } from "@/text/common";
import { clockTime, inLang } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { CheckField, TextField } from "@/ui/field";
import { type Ledger, within } from "./day";
import { customerOf, nameOf, verdictWords } from "./look";
import { moveWords } from "./move-texts";
import { lengthOf } from "./needs";
import { remember, remembered } from "./tell";
import { words } from "./texts";
import { type Answers, type Asked, endOf, isStretched, tellable } from "./use-move";

interface Props {
  ledger: Ledger;
  asked: Asked;
  onClose: () => void;
  onGo: (answers: Answers) => void;
}

/** Asks what a move needs beside its place. The booking has not moved yet. */
export function MoveDialog({ ledger, asked, onClose, onGo }: Props) {
  const t = useTexts(words);
  const m = useTexts(moveWords);
  const c = useTexts(common);
  const lang = useLang();
  const { moving, verdict } = asked;
  const b = moving.booking;
  const [reason, setReason] = useState("");
  const [consented, setConsented] = useState(false);
  const [tell, setTell] = useState(remembered() ?? true);
  const [keep, setKeep] = useState(false);
  const who = nameOf(
    ledger.resources.find((r) => r.id === moving.column),
    t,
    lang,
  );
  const asks = tellable(b) && remembered() === undefined;
  const end = endOf(moving);
  const times = (from: number, length: number) =>
    isStretched(moving) ? `${clockTime(from)}–${clockTime(from + length)}` : clockTime(from);
  const nominee = b.items.find((i) => i.staff)?.staff;
  const from = nameOf(
    ledger.resources.find((r) => r.id === moving.from),
    t,
    lang,
  );
  return (
    <Dialog open onClose={onClose} title={end === undefined ? m.title : m.titleLength} as="box">
      <form
        className="flex flex-col gap-4"
        onSubmit={(e) => {
          e.preventDefault();
          if (keep) remember(tell);
          onGo({ tell: tellable(b) && tell, ...(reason.trim() && { reason: reason.trim() }), ...(verdict.consent && { consented }) });
        }}
      >
        <p className="font-semibold">
          <bdi>{customerOf(b, t)}</bdi>
        </p>
        <dl className="tabular grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
          <dt className="text-ink-soft">{m.before}</dt>
          <dd>{m.to(times(within(b.date, b).from, lengthOf(b)), from)}</dd>
          <dt className="text-ink-soft">{m.after}</dt>
          <dd className="font-semibold">{m.to(times(moving.minute, moving.length), who)}</dd>
        </dl>
        {verdict.kind !== "free" && (
          <>
            <p className="rounded-lg bg-warn-soft p-3 text-warn">
              {verdictWords(verdict, moving.minute, who, m, t, lang, end)} {m.soft}
            </p>
            <TextField label={m.reason} required maxLength={500} value={reason} onChange={(e) => setReason(e.target.value)} />
          </>
        )}
        {verdict.consent && nominee && (
          <div className="rounded-lg bg-info-soft p-3">
            <p>{m.consentTitle(inLang(nominee.name, lang))}</p>
            <CheckField label={m.consentCheck} required checked={consented} onChange={(e) => setConsented(e.target.checked)} />
          </div>
        )}
        {asks && (
          <fieldset className="flex flex-col">
            <legend className="font-medium">{m.tell}</legend>
            {([true, false] as const).map((way) => (
              <label key={String(way)} className="target flex items-center gap-3">
                <input type="radio" name="tell" className="size-5 accent-accent" checked={tell === way} onChange={() => setTell(way)} />
                {way ? m.tellYes : m.tellNo}
              </label>
            ))}
            <CheckField label={m.remember} checked={keep} onChange={(e) => setKeep(e.target.checked)} />
          </fieldset>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{c.cancel}</Button>
          <Button type="submit" kind="primary">
            {end === undefined ? m.go : m.goLength}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
