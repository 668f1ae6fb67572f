import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Schema } from "@/api/client";
import { explain } from "@/api/problem";
import { useBusiness } from "@/shell/business";
import { common } from "@/text/common";
import { dateWords } from "@/text/format";
import { texts, useTexts } from "@/text/texts";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { toast } from "./toast";

// A change of hours, shifts, resources or menus may leave bookings outside the rules. It is tried out first; when it would,
// whoever makes it sees which, and decides.

type Impact = Pick<Schema["ImpactBody"], "affected_bookings" | "affected_total">;

const words = texts({
  ja: {
    title: "影響を受ける予約があります",
    text: (n: number) =>
      `この変更により、${n}件の予約が規則の外になります。予約は取り消されず、印が付きます。お客様へのご連絡やお日にちの変更は、このあと台帳から行えます。`,
    go: "このまま変更する",
    rest: (n: number) => `ほか${n}件`,
  },
  en: {
    title: "Bookings are affected",
    text: (n: number) =>
      `This change leaves ${n} ${n === 1 ? "booking" : "bookings"} outside the rules. They are kept and marked; you can move them or call the customers from the ledger.`,
    go: "Change it all the same",
    rest: (n: number) => `and ${n} more`,
  },
});

/** Runs a change that may leave bookings outside: first dry, then, when none is affected or the person agrees, really.
 * `ask` resolves to true when it was done; `dialog` must stand on the screen. */
export function useImpact(done?: string) {
  const t = useTexts(words);
  const c = useTexts(common);
  const { id } = useBusiness();
  const [open, setOpen] = useState<{ impact: Impact; answer: (go: boolean) => void } | null>(null);
  const [busy, setBusy] = useState(false);

  const ask = async (change: (dryRun: boolean) => Promise<Impact>): Promise<boolean> => {
    setBusy(true);
    try {
      const impact = await change(true);
      if (impact.affected_total > 0) {
        const go = await new Promise<boolean>((answer) => setOpen({ impact, answer }));
        setOpen(null);
        if (!go) return false;
      }
      await change(false);
      toast(done ?? c.saved);
      return true;
    } finally {
      setBusy(false);
    }
  };

  const rest = open ? open.impact.affected_total - Math.min(open.impact.affected_bookings.length, 10) : 0;
  const dialog = open && (
    <Dialog open onClose={() => open.answer(false)} title={t.title} as="box">
      <p>{t.text(open.impact.affected_total)}</p>
      <ul className="my-3 divide-y divide-line border-y border-line">
        {open.impact.affected_bookings.slice(0, 10).map((b) => (
          <li key={b.id} className="flex flex-wrap items-baseline gap-x-3 py-2">
            <Link
              to="/console/b/$businessId/ledger"
              params={{ businessId: id }}
              search={{ date: b.start.slice(0, 10), booking: b.id }}
              target="_blank"
              className="tabular underline"
            >
              {dateWords(b.start.slice(0, 10))} {b.start.slice(11, 16)}
            </Link>
            <span className="tabular text-sm">{b.code}</span>
            <span className="text-sm text-ink-soft">{b.message}</span>
          </li>
        ))}
        {rest > 0 && <li className="py-2 text-ink-soft">{t.rest(rest)}</li>}
      </ul>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={() => open.answer(false)}>{c.cancel}</Button>
        <Button kind="primary" onClick={() => open.answer(true)}>
          {t.go}
        </Button>
      </div>
    </Dialog>
  );
  return { ask, dialog, busy };
}

/** Says that a change failed, where no form shows it. */
export function toastFault(error: unknown): void {
  toast(explain(error), { kind: "bad" });
}
