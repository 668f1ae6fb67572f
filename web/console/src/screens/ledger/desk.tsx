import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useLive } from "@/api/live";
import { useBusiness } from "@/shell/business";
import { todayIn } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { toast } from "@/ui/toast";
import { BookingPanel } from "../booking/booking-panel";
import { NewBookingSheet } from "../booking/new-booking";
import { CancelDialog } from "./cancel-dialog";
import { type ColumnView, columnViews, shownRange, unassigned } from "./columns";
import type { Cursor } from "./cursor";
import { type Booking, instantOf, isGone, isMovable, isStretchable, type Ledger } from "./day";
import { useShop } from "./day-query";
import { DayView } from "./day-view";
import { HelpDialog } from "./help-dialog";
import { useKeys } from "./keys";
import { ListView } from "./list-view";
import { customerOf, nameOf } from "./look";
import { MoveDialog } from "./move-dialog";
import { moveWords } from "./move-texts";
import { Closed, NoStaff, OfflineBanner } from "./notices";
import { useChoice, useNarrow } from "./preferences";
import { PrintSheet } from "./print-sheet";
import { RefusedDialog, StaleDialog } from "./refused-dialog";
import { canCancel, canCheckIn, rightsOf } from "./rights";
import { SearchDialog } from "./search-dialog";
import { Summary } from "./summary";
import { words } from "./texts";
import { ColumnChooser, DateBar, Filter, GridChooser, LiveSign, Tools, type View } from "./toolbar";
import { useChanges } from "./use-changes";
import { useMove } from "./use-move";
import { WeekView } from "./week-view";

const route = getRouteApi("/console/b/$businessId/ledger");

const escapeKey = "Escape";

/** Whether there is anything to see of somebody on the day. */
const isThere = (v: ColumnView) => v.blocks.length > 0 || v.column?.always || (v.column?.works.length ?? 0) > 0;

interface Making {
  start?: string;
  resource?: string;
  walkIn?: boolean;
}

interface Props {
  ledger: Ledger;
  asOf: string | undefined;
  onWalk: (days: number) => void;
  /** What is to be moved once its day is here. */
  toCarry: Booking | null;
  onCarry: (b: Booking | null) => void;
}

/** The day, and all that is done with it. */
export function Desk({ ledger, asOf, onWalk, toCarry, onCarry }: Props) {
  const t = useTexts(words);
  const m = useTexts(moveWords);
  const lang = useLang();
  const business = useBusiness();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const narrow = useNarrow();
  const live = useLive(business.id, ledger.seq);
  const online = asOf === undefined && live !== "offline";
  const rights = useMemo(() => rightsOf(business.role, ledger.own_resource_id, online), [business.role, ledger.own_resource_id, online]);
  const shop = useShop(business.id);

  const [hiddenList, setHidden] = useChoice<string[]>(business.id, "hidden", []);
  const hidden = useMemo(() => new Set(hiddenList), [hiddenList]);
  const [stepChosen, setStep] = useChoice<number | null>(business.id, "grid", null);
  const step = stepChosen ?? ([5, 10, 15, 30].includes(ledger.grid_minutes) ? ledger.grid_minutes : 30);
  const [one, setOne] = useChoice<string>(business.id, "column", "");
  const [gone, setGone] = useState(false);
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const [making, setMaking] = useState<Making | null>(null);
  const [cancelling, setCancelling] = useState<Booking | null>(null);
  const [open, setOpen] = useState<"help" | "search" | null>(null);
  const said = useRef<HTMLParagraphElement>(null);
  const say = useCallback((text: string) => {
    if (said.current) said.current.textContent = text;
  }, []);

  const changes = useChanges(business.id, search.date);
  const move = useMove(ledger, shop, changes, rights.override, say);

  const before = useRef<ColumnView[]>([]);
  const all = useMemo(() => {
    before.current = columnViews(ledger, { gone }, before.current);
    return before.current;
  }, [ledger, gone]);
  const carried = move.moving?.column; // on a phone what is carried is seen, too
  const views = useMemo(() => {
    const some = all.filter((v) => !hidden.has(v.id));
    if (!narrow) return some;
    const single =
      some.find((v) => v.id === carried) ??
      some.find((v) => v.id === one) ??
      some.find((v) => v.id === ledger.own_resource_id) ??
      some.find(isThere) ??
      some[0];
    return single ? [single] : [];
  }, [all, hidden, narrow, one, carried, ledger.own_resource_id]);
  const range = shownRange(ledger, all);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same object while it is the same range
  const shown = useMemo(() => range, [range.from, range.to]);

  const view: View = search.view ?? "day";
  const go = useCallback(
    (to: { date?: string | undefined; view?: View; booking?: string | undefined }) =>
      void navigate({
        search: (old) => {
          const next = { ...old, ...to };
          return {
            ...(next.date && { date: next.date }),
            ...(next.view && next.view !== "day" && { view: next.view }),
            ...(next.booking && { booking: next.booking }),
          };
        },
      }),
    [navigate],
  );
  const openBooking = useCallback(
    (b: Booking) => {
      if (!online || !rights.see(b)) return toast(online ? m.notYours : m.readOnly);
      go({ booking: b.id });
    },
    [go, online, rights, m],
  );
  const make = (wish: Making) => {
    if (!rights.enter) return toast(online ? m.notAllowed : m.readOnly);
    setMaking(wish);
  };
  const kindOf = (id: string) => ledger.resources.find((r) => r.id === id)?.kind;
  const makeAt = (minute: number, column: string) =>
    make({
      start: instantOf(ledger.date, minute, ledger.timezone),
      ...(column !== unassigned && kindOf(column) === "staff" && { resource: column }),
    });

  const current = cursor?.block ? all.flatMap((v) => v.blocks).find((b) => b.key === cursor.block)?.booking : undefined;
  const canMove = (b: Booking) => isMovable(b) && rights.change(b);
  const canStretch = (b: Booking) => isStretchable(b) && rights.change(b);
  const carry = (b: Booking) => {
    if (!canStretch(b)) return toast(!online ? m.readOnly : isStretchable(b) ? m.notYours : m.state);
    const block = all.flatMap((v) => v.blocks.map((x) => ({ view: v.id, block: x }))).find((x) => x.block.booking.id === b.id);
    const column = cursor?.block && current?.id === b.id ? cursor.column : (block?.view ?? unassigned);
    if (block && current?.id !== b.id) setCursor({ column, minute: block.block.from, block: block.block.key });
    move.start(b, column, "keys");
    say(m.mode(customerOf(b, t)));
    requestAnimationFrame(() => document.querySelector<HTMLElement>("[data-ledger-grid] [role=gridcell][tabindex='0']")?.focus());
  };

  // Another day lets go of what is held.
  // biome-ignore lint/correctness/useExhaustiveDependencies: of that day
  useEffect(() => {
    setCursor(null);
    move.setMoving(null);
  }, [ledger.date]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the day is here and nothing lies over it
  useEffect(() => {
    if (toCarry?.date !== ledger.date || view !== "day" || search.booking) return;
    onCarry(null);
    carry(toCarry);
  }, [toCarry, ledger.date, view, search.booking]);

  useKeys({
    t: () => go({ date: undefined }),
    d: () => go({ view: "day" }),
    w: () => go({ view: "week" }),
    l: () => go({ view: "list" }),
    n: () => (cursor && !cursor.block ? makeAt(cursor.minute, cursor.column) : make({})),
    e: () => current && openBooking(current),
    c: () => {
      if (!current) return;
      if (!rights.receive(current)) return void toast(online ? m.notYours : m.readOnly);
      if (!canCheckIn(current)) return void toast(m.cannotCheckIn);
      void changes.checkIn(current, rights.change(current));
    },
    x: () => {
      if (!current) return;
      if (!rights.change(current)) return void toast(!online ? m.readOnly : rights.role === "assistant" ? m.notAllowed : m.notYours);
      if (!canCancel(current)) return void toast(m.cannotCancel);
      setCancelling(current);
    },
    m: () => current && carry(current),
    "/": () => setOpen("search"),
    "?": () => setOpen("help"),
    [escapeKey]: () => move.setMoving(null),
  });

  const showOne = (id: string) => {
    setOne(id);
    if (move.moving) move.setMoving({ ...move.moving, column: id });
  };

  const today = todayIn(ledger.timezone, new Date(ledger.now));
  const choices = all.map((v) => ({ id: v.id, name: nameOf(v.column, t, lang), kind: v.column?.kind ?? "unassigned" }));
  const staffless = !ledger.resources.some((r) => r.kind === "staff") && all.length === 0;
  return (
    <>
      <header className="flex flex-wrap items-center gap-x-2 gap-y-1 border-b border-line bg-surface px-3 py-1.5 print:hidden">
        <DateBar
          date={ledger.date}
          today={search.date === undefined || ledger.date === today}
          view={view}
          onDate={(date) => go({ date })}
          onWalk={onWalk}
          onView={(v) => go({ view: v })}
        />
        <div className="ml-auto flex flex-wrap items-center gap-1 sm:gap-2">
          <LiveSign state={asOf !== undefined ? "offline" : live} />
          {view === "day" && !narrow && <GridChooser step={step} onStep={setStep} />}
          {!narrow && <Filter columns={choices} hidden={hidden} onHidden={(h) => setHidden([...h])} gone={gone} onGone={setGone} />}
          <Button className="max-sm:!px-2" onClick={() => setOpen("search")} aria-keyshortcuts="/" aria-label={t.search}>
            <span aria-hidden>⌕</span>
          </Button>
          <Tools
            csv={rights.all ? `/api/v1/businesses/${business.id}/exports/bookings?format=csv` : undefined}
            onHelp={() => setOpen("help")}
          />
          {rights.enter && (
            <Button kind="primary" className="max-sm:!px-2" aria-keyshortcuts="n" onClick={() => make({})}>
              <span aria-hidden>+</span> <span className={narrow ? "sr-only" : ""}>{t.newBooking}</span>
            </Button>
          )}
        </div>
        {view === "day" && narrow && views[0] && <ColumnChooser columns={choices} value={views[0].id} onChange={showOne} />}
      </header>
      {!online && <OfflineBanner at={asOf ?? ledger.now} zone={ledger.timezone} />}
      <div className="flex min-h-0 flex-1 print:hidden">
        <div className="flex min-w-0 flex-1 flex-col">
          {ledger.hours.length === 0 && view !== "week" && <Closed date={ledger.date} today={ledger.date === today} />}
          {staffless && view !== "week" ? (
            <NoStaff may={rights.override} />
          ) : view === "week" ? (
            <WeekView
              business={business.id}
              date={ledger.date}
              hidden={hidden}
              gone={gone}
              onDay={(date) => go({ date, view: "day" })}
              onOpen={openBooking}
            />
          ) : view === "list" ? (
            <ListView ledger={ledger} bookings={ledger.bookings.filter((b) => gone || !isGone(b))} onOpen={openBooking} />
          ) : (
            <DayView
              ledger={ledger}
              views={views}
              shown={shown}
              step={step}
              cursor={cursor}
              onCursor={setCursor}
              move={move}
              canMove={canMove}
              canStretch={canStretch}
              override={rights.override}
              onOpen={openBooking}
              onNew={makeAt}
              say={say}
            />
          )}
          {view !== "week" && <Summary ledger={ledger} views={all} businessId={business.id} />}
        </div>
        {search.booking && (
          <BookingPanel
            businessId={business.id}
            bookingId={search.booking}
            onClose={() => go({ booking: undefined })}
            onMove={(b) => {
              go({ booking: undefined, view: "day", date: b.date === ledger.date ? search.date : b.date });
              onCarry(b);
            }}
          />
        )}
      </div>
      <p ref={said} aria-live="polite" className="sr-only" />
      <NewBookingSheet
        open={making !== null}
        onClose={() => setMaking(null)}
        businessId={business.id}
        date={ledger.date}
        start={making?.start}
        resourceId={making?.resource}
        walkIn={making?.walkIn}
        onMade={(b) => {
          setMaking(null);
          changes.settle(b);
          if (b.date !== ledger.date) go({ date: b.date });
        }}
      />
      {move.asked && (
        <MoveDialog
          ledger={ledger}
          asked={move.asked}
          onClose={() => move.setAsked(null)}
          onGo={(answers) => {
            const { moving, verdict } = move.asked ?? {};
            move.setAsked(null);
            if (moving && verdict) void move.commit(moving, verdict, answers);
          }}
        />
      )}
      {move.refused && <RefusedDialog ledger={ledger} move={move} override={rights.override} refused={move.refused} />}
      {move.stale && <StaleDialog ledger={ledger} move={move} stale={move.stale} />}
      {cancelling && <CancelDialog booking={cancelling} changes={changes} onClose={() => setCancelling(null)} />}
      {open === "help" && <HelpDialog onClose={() => setOpen(null)} />}
      {open === "search" && (
        <SearchDialog
          business={business.id}
          ledger={ledger}
          everywhere={rights.find}
          onClose={() => setOpen(null)}
          onOpen={(b) => {
            setOpen(null);
            go({ date: b.date, ...(rights.see(b) && { booking: b.id }) });
          }}
        />
      )}
      <PrintSheet ledger={ledger} views={all} />
    </>
  );
}
