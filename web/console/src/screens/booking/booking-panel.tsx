import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { profileQuery } from "@/api/business";
import type { Schema } from "@/api/client";
import { common } from "@/text/common";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Badge } from "@/ui/page";
import { Failed, Loading } from "@/ui/state";
import { looks } from "../ledger/look";
import { words as ledgerWords } from "../ledger/texts";
import { ActionBar } from "./action-bar";
import { type Opened, useBooking } from "./booking-query";
import { CustomerCard } from "./customer-card";
import { Facts } from "./facts";
import { History } from "./history";
import { panelWords } from "./panel-texts";
import { useWide } from "./wide";

export interface BookingPanelProps {
  businessId: string;
  bookingId: string;
  onClose: () => void;
  /** Begins the move mode of the ledger. */
  onMove: (booking: Schema["ConsoleBooking"]) => void;
}

/** A booking beside the ledger, or over it where there is no room. */
export function BookingPanel(props: BookingPanelProps) {
  const t = useTexts(panelWords);
  const l = useTexts(ledgerWords);
  const wide = useWide();
  const opened = useBooking(props.businessId, props.bookingId);
  const b = opened.booking;
  const name = b && [b.customer.family_name, b.customer.given_name].filter(Boolean).join(" ");
  const title = b ? <bdi>{name ? l.honoured(name) : l.walkInName}</bdi> : t.title;
  const content = <Content key={props.bookingId} {...props} opened={opened} />;
  if (wide) {
    return (
      <Aside key={props.bookingId} title={title} label={t.title} onClose={props.onClose}>
        {content}
      </Aside>
    );
  }
  return (
    <Dialog open onClose={props.onClose} title={title}>
      {content}
    </Dialog>
  );
}

interface AsideProps {
  title: ReactNode;
  label: string;
  onClose: () => void;
  children: ReactNode;
}

/** Beside the ledger, which stays in use. Escape in it closes it and gives the focus back. */
function Aside({ title, label, onClose, children }: AsideProps) {
  const c = useTexts(common);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    heading.current?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <aside
      aria-label={label}
      className="sticky top-0 flex max-h-dvh w-[24rem] shrink-0 flex-col self-stretch border-l border-line bg-surface print:hidden"
      onKeyDown={(e) => {
        if (e.key === "Escape" && !e.defaultPrevented && !(e.target as Element).closest("dialog")) {
          e.stopPropagation();
          onClose();
        } else if (!e.ctrlKey && !e.metaKey) e.stopPropagation(); // single keys are the ledger's
      }}
    >
      <header className="flex items-center justify-between gap-2 border-b border-line px-4 py-2">
        <h2 ref={heading} tabIndex={-1} className="min-w-0 truncate text-lg font-semibold outline-none">
          {title}
        </h2>
        <Button kind="quiet" onClick={onClose} aria-label={c.close}>
          <span aria-hidden>✕</span>
        </Button>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto p-4">{children}</div>
    </aside>
  );
}

function Content({ businessId, onMove, opened }: BookingPanelProps & { opened: Opened }) {
  const t = useTexts(panelWords);
  const l = useTexts(ledgerWords);
  const zone = useQuery({ ...profileQuery(businessId), staleTime: 600_000 });
  const [first] = useState(Date.now);
  const b = opened.booking;
  if (!b) {
    if (opened.error) return <Failed error={opened.error} retry={opened.refetch} />;
    return opened.role === "assistant" && Date.now() - first > 3000 ? <Gone /> : <Loading />;
  }
  const look = looks[b.status];
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-center gap-2">
        <Badge tone={look.tone} icon={look.icon}>
          {l.status[b.status]}
        </Badge>
        <span className="tabular text-sm text-ink-soft">
          {t.code} <span className="select-all font-medium text-ink">{b.code}</span>
        </span>
      </div>
      <ActionBar business={businessId} booking={b} opened={opened} zone={zone.data?.timezone} onMove={onMove} />
      <Facts business={businessId} booking={b} whole={opened.whole} />
      <CustomerCard business={businessId} booking={b} whole={opened.whole} />
      {opened.whole && <History business={businessId} booking={b} zone={zone.data?.timezone} />}
    </div>
  );
}

function Gone() {
  const t = useTexts(panelWords);
  return (
    <div className="flex flex-col gap-2 py-8 text-center">
      <p className="font-medium">{t.gone}</p>
      <p className="text-ink-soft">{t.goneHint}</p>
    </div>
  );
}
