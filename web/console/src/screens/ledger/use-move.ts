import { useCallback, useMemo, useState } from "react";
import { ApiError, isProblem } from "@/api/client";
import { common } from "@/text/common";
import { clockTime } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { toast } from "@/ui/toast";
import { unassigned } from "./columns";
import { type Booking, instantOf, type Ledger, type Shop, within } from "./day";
import { judge, type Verdict } from "./judge";
import { customerOf, nameOf } from "./look";
import { moveWords } from "./move-texts";
import { movedTo } from "./moved";
import { lengthOf, namedBy, staffOf } from "./needs";
import { remembered } from "./tell";
import { words } from "./texts";
import type { Changes, MoveBody } from "./use-changes";

/** Where a booking is held while it is moved, by hand or by keys. */
export interface Moving {
  booking: Booking;
  from: string;
  column: string;
  minute: number;
  /** How long it is to last, in minutes. */
  length: number;
  by: "drag" | "keys";
}

/** What of a booking changes where it is held. */
export const isElsewhere = (x: Moving) => x.column !== x.from || x.minute !== within(x.booking.date, x.booking).from;
export const isStretched = (x: Moving) => x.length !== lengthOf(x.booking);
/** Where only the end moves: to which minute. */
export const endOf = (x: Moving) => (isStretched(x) && !isElsewhere(x) ? x.minute + x.length : undefined);

/** A drop that needs a word more: a reason, the customer's consent, whether to tell. */
export interface Asked {
  moving: Moving;
  verdict: Verdict;
}

export interface Refused {
  moving: Moving;
  error: ApiError;
}

export interface Stale {
  moving: Moving;
  now: Booking;
  body: MoveBody;
}

export interface Answers {
  reason?: string;
  consented?: boolean;
  tell: boolean;
}

/** Whether there is anybody to mail to: who is here already is told by word. */
export const tellable = (b: Booking) => mailable(b) && b.status !== "checked_in";
export const mailable = (b: Booking) => b.customer.email !== "";

export function useMove(
  ledger: Ledger | undefined,
  shop: Shop | undefined,
  changes: Changes,
  override: boolean,
  say: (text: string) => void,
) {
  const t = useTexts(words);
  const m = useTexts(moveWords);
  const c = useTexts(common);
  const lang = useLang();
  const [moving, setMoving] = useState<Moving | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [refused, setRefused] = useState<Refused | null>(null);
  const [stale, setStale] = useState<Stale | null>(null);
  const kinds = useMemo(() => new Map<string, string>(ledger?.resources.map((r) => [r.id, r.kind])), [ledger]);

  /** Who is named to the server by a drop on a column. */
  const target = useCallback(
    (x: Moving): string | null => {
      const own = x.column === unassigned || x.booking.serving.some((s) => s.resource_id === x.column);
      if (kinds.get(x.column) !== "staff") return own ? null : x.column;
      return namedBy(x.booking, x.column, kinds);
    },
    [kinds],
  );

  const verdictOf = useCallback(
    (x: Moving): Verdict | null => (ledger && shop ? judge(ledger, shop, x.booking, x.minute, target(x), x.length) : null),
    [ledger, shop, target],
  );
  const verdict = useMemo(() => (moving ? verdictOf(moving) : null), [moving, verdictOf]);

  const start = useCallback((booking: Booking, column: string, by: Moving["by"]): void => {
    const minute = within(booking.date, booking).from;
    setMoving({ booking, from: column, column, minute, length: lengthOf(booking), by });
  }, []);

  const commit = useCallback(
    async (x: Moving, verdict: Verdict, answers: Answers, booking = x.booking): Promise<void> => {
      if (!ledger) return;
      const to = target(x);
      const body: MoveBody = {
        start: instantOf(ledger.date, x.minute, ledger.timezone),
        silent: !answers.tell,
        ...(to !== null && { staff_id: to }),
        ...(isStretched(x) && { duration_minutes: x.length }),
        ...(answers.reason && { override_reason: answers.reason }),
        ...(answers.consented && { customer_consented: true }),
      };
      const who = nameOf(
        ledger.resources.find((r) => r.id === x.column),
        t,
        lang,
      );
      try {
        const after = await changes.reschedule(booking, movedTo(ledger, booking, x.minute, verdict, x.length), body);
        const back = () => {
          const staff = staffOf(booking, kinds);
          const was: MoveBody = {
            start: booking.start,
            duration_minutes: lengthOf(booking),
            silent: !answers.tell,
            customer_consented: true,
            ...(to !== null && staff.length === 1 && staff[0] && { staff_id: staff[0] }),
            ...((booking.overridden || booking.outside_rules) && { override_reason: booking.override_reason || m.undoReason }),
          };
          changes.reschedule(after, { ...booking, version: after.version }, was).then(
            () => toast(m.movedBack),
            (error) => changes.fail(error),
          );
        };
        const end = endOf(x);
        const what =
          end === undefined
            ? m.moved(customerOf(booking, t), clockTime(x.minute), who)
            : m.stretched(customerOf(booking, t), clockTime(x.minute), clockTime(end));
        toast(what, { action: { label: c.undo, run: back } });
      } catch (error) {
        if (isProblem(error, "precondition.stale")) {
          const now = await changes.latest(booking).catch(() => null);
          if (now) setStale({ moving: x, now, body });
          else changes.fail(error);
        } else if (error instanceof ApiError && error.problem.status < 500) setRefused({ moving: x, error });
        else changes.fail(error);
      }
    },
    [ledger, target, changes, kinds, t, m, c, lang],
  );

  /** Lets a booking go where it is held. True: it is no longer held. */
  const drop = useCallback(
    (x: Moving): boolean => {
      if (!isElsewhere(x) && !isStretched(x)) {
        setMoving(null);
        return true;
      }
      const v = verdictOf(x);
      if (!v) {
        say(m.waiting);
        return false;
      }
      const soft = v.soft && override;
      if (v.kind !== "free" && !soft) return false;
      setMoving(null);
      const tell = tellable(x.booking) ? remembered() : false;
      if (v.kind === "free" && !v.consent && tell !== undefined) void commit(x, v, { tell });
      else setAsked({ moving: x, verdict: v });
      return true;
    },
    [verdictOf, override, commit, say, m],
  );

  return { moving, setMoving, verdict, start, drop, commit, target, verdictOf, asked, setAsked, refused, setRefused, stale, setStale };
}

export type Move = ReturnType<typeof useMove>;
