import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { isProblem, type Schema } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { Only } from "@/shell/business";
import { minutesOfDay } from "@/text/clock";
import { common } from "@/text/common";
import { clockTime, dateWords, money } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { CheckField, TextArea } from "@/ui/field";
import { NumberField } from "@/ui/number";
import { Await, Fault } from "@/ui/state";
import { toast } from "@/ui/toast";
import type { Ledger } from "../ledger/day";
import { ledgerQuery } from "../ledger/day-query";
import { useBegun } from "./draft";
import { count } from "./frequent";
import { MenuPart } from "./menu-part";
import { More } from "./more";
import { useOffered } from "./queries";
import { words } from "./texts";
import { useEnter } from "./use-enter";
import { bodyOf, couldBeHere, type Draft, lengthOf, type Offered, priceOf } from "./visit";
import { WhenPart } from "./when-part";
import { WhoPart } from "./who-part";

export interface NewBookingProps {
  open: boolean;
  onClose: () => void;
  businessId: string;
  /** The business day that the ledger shows. */
  date: string;
  /** The instant of the cell, with its offset. */
  start?: string | undefined;
  resourceId?: string | undefined;
  walkIn?: boolean | undefined;
  onMade: (booking: Schema["ConsoleBooking"]) => void;
}

/** A walk-in or a phone booking: menu, who, done. */
export function NewBookingSheet(props: NewBookingProps) {
  const t = useTexts(words);
  return (
    <Dialog open={props.open} onClose={props.onClose} title={props.walkIn ? t.walkInTitle : t.title}>
      <Only may="enterBookings">
        <Loaded {...props} />
      </Only>
    </Dialog>
  );
}

function Loaded(props: NewBookingProps) {
  const offered = useOffered(props.businessId);
  const ledger = useQuery(ledgerQuery(props.businessId, props.date));
  return <Await query={offered}>{(of) => <Await query={ledger}>{(day) => <Form {...props} of={of} ledger={day} />}</Await>}</Await>;
}

/** Fields that show their own faults. */
const known = [
  "start",
  "items",
  "assigned_staff_id",
  "staff",
  "party_size",
  "note",
  "customer.family_name",
  "customer.given_name",
  "customer.family_name_kana",
  "customer.given_name_kana",
  "customer.phone",
  "customer.email",
];

/** Faults by what is shown: those of one service stand at the menus, or at the staff. */
function faultsOf(error: unknown): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [field, message] of Object.entries(fieldFaults(error))) {
    const name = /^items\[\d+\]\.staff_id$/.test(field) ? "staff" : /^(items|set_id)/.test(field) ? "items" : field;
    out[name] ??= message;
  }
  return out;
}

function Form({ of, ledger, onMade, ...props }: NewBookingProps & { of: Offered; ledger: Ledger }) {
  const t = useTexts(words);
  const lang = useLang();
  const { draft, set: change } = useBegun(props, ledger);
  const [unchosen, setUnchosen] = useState(false);
  const { enter, busy, error, forget } = useEnter(props.businessId, (made) => {
    count(props.businessId, [...made.items.map((i) => i.service.id), ...(made.set ? [made.set.id] : [])]);
    const name = [made.customer.family_name, made.customer.given_name].filter(Boolean).join(" ");
    const who = name ? t.honoured(name) : t.walkInName;
    toast(made.status === "checked_in" ? t.madeWalkIn(who) : t.made(who, clockTime(minutesOfDay(made.date, made.start))));
    onMade(made);
  });
  const set = (to: Partial<Draft>) => {
    setUnchosen(false);
    change(to);
  };
  const here = draft.date === ledger.date && couldBeHere(ledger, draft.minute);
  const send = (d: Draft) => {
    change({ walkIn: d.walkIn });
    if (d.lines.length === 0) setUnchosen(true);
    else enter(bodyOf(of, d, ledger.timezone));
  };
  const bookAt = (start: string) => {
    const to = dayOf(draft.date, start);
    change(to);
    send({ ...draft, ...to, walkIn: draft.walkIn && to.date === ledger.date && couldBeHere(ledger, to.minute) });
  };
  const taken = isProblem(error, "booking.slot_taken") ? error : undefined;
  const faults = faultsOf(error);
  const shown = Object.keys(faultsOf(error)).filter((f) => known.includes(f));
  const price = priceOf(of, draft);
  const walkInFirst = here && (props.walkIn ?? false);
  return (
    <form
      noValidate
      className="flex min-h-full flex-col gap-5"
      onSubmit={(e) => {
        e.preventDefault();
        send({ ...draft, walkIn: walkInFirst });
      }}
    >
      <MenuPart business={props.businessId} of={of} draft={draft} set={set} error={unchosen ? t.chooseMenu : faults["items"]} />
      <WhenPart business={props.businessId} {...{ of, ledger, draft, set, faults }} />
      <WhoPart business={props.businessId} draft={draft} set={set} faults={faults} />
      <Details draft={draft} set={set} faults={faults} />
      <div className="sticky -bottom-4 -mx-4 mt-auto flex flex-col gap-2 border-t border-line bg-surface px-4 py-3">
        {taken ? (
          <Taken list={taken.problem.alternatives ?? []} date={draft.date} busy={busy} onBook={bookAt} onOther={forget} />
        ) : (
          error && (
            <Fault>
              {shown.length > 0 && Object.keys(faults).every((f) => known.includes(f)) ? Object.values(faults).join(" ") : explain(error)}
            </Fault>
          )
        )}
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p className="tabular leading-tight">
            {price && (
              <>
                <span className="block text-sm text-ink-soft">
                  {t.total} · {t.length(lengthOf(of, draft))}
                </span>
                <span className="text-lg font-semibold">{money(price, lang)}</span>
              </>
            )}
          </p>
          <div className="ml-auto flex gap-2">
            {([true, false] as const)
              .filter((walkIn) => here || !walkIn)
              .map((walkIn) => (
                <Button
                  key={String(walkIn)}
                  type={walkIn === walkInFirst ? "submit" : "button"}
                  kind={walkIn === walkInFirst ? "primary" : "plain"}
                  busy={busy && draft.walkIn === walkIn}
                  disabled={busy}
                  onClick={() => walkIn !== walkInFirst && send({ ...draft, walkIn })}
                >
                  {walkIn ? t.goWalkIn : t.go}
                </Button>
              ))}
          </div>
        </div>
      </div>
    </form>
  );
}

function Details({ draft, set, faults }: { draft: Draft; set: (to: Partial<Draft>) => void; faults: Record<string, string> }) {
  const t = useTexts(words);
  return (
    <More open={Boolean(faults["party_size"] || faults["note"])} summary={t.details} look="font-semibold">
      <div className="flex flex-col gap-3 pb-2">
        <NumberField
          label={t.party}
          hint={t.partyHint}
          value={draft.party}
          onChange={(party) => set({ party })}
          min={1}
          max={500}
          error={faults["party_size"]}
        />
        <TextArea
          label={t.note}
          value={draft.note}
          maxLength={1000}
          onChange={(e) => set({ note: e.target.value })}
          error={faults["note"]}
        />
        <CheckField label={t.tell} hint={t.tellHint} checked={draft.tell} onChange={(e) => set({ tell: e.target.checked })} />
      </div>
    </More>
  );
}

/** A start as a minute of the day that is open, of its own day where it lies beyond it. */
function dayOf(open: string, start: string): { date: string; minute: number } {
  const minute = minutesOfDay(open, start);
  if (minute >= 0 && minute < 30 * 60) return { date: open, minute };
  return { date: start.slice(0, 10), minute: minutesOfDay(start.slice(0, 10), start) };
}

function timeOf(open: string, start: string): string {
  const at = dayOf(open, start);
  return at.date === open ? clockTime(at.minute) : `${dateWords(at.date)} ${clockTime(at.minute)}`;
}

interface TakenProps {
  list: Schema["Alternative"][];
  date: string;
  busy: boolean;
  onBook: (start: string) => void;
  onOther: () => void;
}

/** Somebody was quicker: the nearest free times, one tap each, with all that was typed. */
function Taken({ list, date, busy, onBook, onOther }: TakenProps) {
  const t = useTexts(words);
  const c = useTexts(common);
  return (
    <div role="alert" className="flex flex-col gap-2 rounded-lg bg-bad-soft p-3 text-bad">
      <p>{list.length > 0 ? t.taken : t.takenNone}</p>
      <div className="tabular flex flex-wrap gap-2">
        {list.slice(0, 3).map((a) => (
          <Button key={a.start} disabled={busy} onClick={() => onBook(a.start)}>
            {t.bookAt(timeOf(date, a.start))}
          </Button>
        ))}
        <Button kind="quiet" onClick={onOther}>
          {c.close}
        </Button>
      </div>
    </div>
  );
}
