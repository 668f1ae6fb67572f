import { Link, useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { Schema } from "@/api/client";
import { useTexts } from "@/text/texts";
import { Button, buttonLook } from "@/ui/button";
import { Badge } from "@/ui/page";
import { AskDialog } from "../booking/ask-dialog";
import { left, leftWords } from "../booking/left";
import { useNow } from "../booking/now";
import { panelWords } from "../booking/panel-texts";
import { useAct } from "../booking/use-act";
import { Lines } from "./lines";
import { words } from "./texts";
import { grace, useApprove } from "./use-approve";

type Booking = Schema["ConsoleBooking"];

const rowOf = (e: KeyboardEvent) => (e.target as Element).closest<HTMLElement>("[data-request]");

/** Requests to answer; the keyboard goes from one to the next. */
export function Inbox({ business, list }: { business: string; list: Booking[] }) {
  const t = useTexts(words);
  const navigate = useNavigate();
  const now = useNow();
  const approving = useApprove(business);
  const declining = useAct(business, false);
  const [declined, setDeclined] = useState<Booking | null>(null);
  const ref = useRef<HTMLUListElement>(null);

  const open = (b: Booking) =>
    void navigate({ to: "/console/b/$businessId/ledger", params: { businessId: business }, search: { date: b.date, booking: b.id } });
  const keys = (e: KeyboardEvent) => {
    const row = rowOf(e);
    const b = list.find((x) => x.id === row?.dataset["request"]);
    if (!row || !b || e.ctrlKey || e.metaKey || e.altKey || (e.target as Element).closest("dialog")) return;
    const step = e.key === "ArrowDown" ? 1 : e.key === "ArrowUp" ? -1 : 0;
    if (step) {
      const rows = [...(ref.current?.querySelectorAll<HTMLElement>("[data-request]") ?? [])];
      rows[rows.indexOf(row) + step]?.focus();
    } else if (e.key === "a" || e.key === "A") approving.approve(b);
    else if (e.key === "d" || e.key === "D") setDeclined(b);
    else if (e.key === "Enter" && e.target === row) open(b);
    else return;
    e.preventDefault();
  };
  return (
    <>
      <p className="mb-2 max-w-3xl text-ink-soft">{t.intro}</p>
      <p className="mb-4 hidden text-sm text-ink-soft lg:block">{t.keys}</p>
      <ul ref={ref} aria-label={t.list} className="flex flex-col gap-3" onKeyDown={keys}>
        {list.map((b, i) => (
          <li
            key={b.id}
            data-request={b.id}
            tabIndex={i === 0 ? 0 : -1}
            className="flex flex-col gap-3 rounded-xl border border-line bg-surface p-4 lg:flex-row lg:items-center"
          >
            <div className="flex min-w-0 flex-1 flex-col gap-2">
              <Left booking={b} now={now} />
              <Lines business={business} booking={b} />
            </div>
            <Answer
              business={business}
              booking={b}
              over={left(b.expires_at ?? b.start, now).urgency === "over"}
              since={approving.since.get(b.id)}
              sending={approving.sending.has(b.id)}
              onApprove={() => approving.approve(b)}
              onTakeBack={() => approving.takeBack(b.id)}
              onDecline={() => setDeclined(b)}
            />
          </li>
        ))}
      </ul>
      {declined && (
        <AskDialog
          action="decline"
          booking={declined}
          acting={declining}
          onClose={() => {
            declining.leave();
            setDeclined(null);
          }}
          onGo={(body) => {
            approving.takeBack(declined.id);
            declining.act(declined, { action: "decline", body }).then(
              () => setDeclined(null),
              () => undefined,
            );
          }}
        />
      )}
    </>
  );
}

function Left({ booking: b, now }: { booking: Booking; now: number }) {
  const t = useTexts(words);
  const p = useTexts(panelWords);
  const until = b.expires_at ?? b.start;
  const { urgency } = left(until, now);
  const text = leftWords(until, now, { over: t.over, minutes: p.leftMinutes, hours: p.leftHours, days: p.leftDays });
  return (
    <p className="tabular flex flex-wrap items-center gap-2 text-sm">
      <Badge tone={urgency === "over" || urgency === "soon" ? "bad" : urgency === "today" ? "warn" : "calm"} icon="◷">
        {text}
      </Badge>
      {b.outside_rules ? (
        <Badge tone="warn" icon="⚠">
          {t.fitsNot}
        </Badge>
      ) : (
        <span className="text-good">
          <span aria-hidden>✓ </span>
          {t.fits}
        </span>
      )}
      <span className="text-ink-soft">{b.code}</span>
    </p>
  );
}

interface AnswerProps {
  business: string;
  booking: Booking;
  over: boolean;
  since: number | undefined;
  sending: boolean;
  onApprove: () => void;
  onTakeBack: () => void;
  onDecline: () => void;
}

function Answer({ business, booking: b, over, since, sending, onApprove, onTakeBack, onDecline }: AnswerProps) {
  const t = useTexts(words);
  const p = useTexts(panelWords);
  if (since !== undefined) return <Waiting since={since} onTakeBack={onTakeBack} />;
  return (
    <div className="flex flex-wrap gap-2">
      <Button kind="primary" aria-keyshortcuts="a" busy={sending} disabled={over} onClick={onApprove}>
        {p.approve}
      </Button>
      <Button aria-keyshortcuts="d" disabled={sending} onClick={onDecline}>
        {p.decline}
      </Button>
      <Link
        to="/console/b/$businessId/ledger"
        params={{ businessId: business }}
        search={{ date: b.date, booking: b.id }}
        className={buttonLook("quiet")}
      >
        {t.openIn}
      </Link>
    </div>
  );
}

/** The moment in which an approval can be taken back. */
function Waiting({ since, onTakeBack }: { since: number; onTakeBack: () => void }) {
  const t = useTexts(words);
  const now = useNow(500);
  const ref = useRef<HTMLButtonElement>(null);
  useEffect(() => ref.current?.focus(), []);
  const seconds = Math.max(1, Math.ceil((since + grace - now) / 1000));
  return (
    <div className="flex flex-wrap items-center gap-3">
      <span role="status" className="sr-only">
        {t.approvingSaid}
      </span>
      <span aria-hidden className="tabular text-good">
        {t.approving(seconds)}
      </span>
      <button ref={ref} type="button" className={buttonLook("plain")} onClick={onTakeBack}>
        {t.takeBack}
      </button>
    </div>
  );
}
