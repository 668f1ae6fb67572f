import { useQuery } from "@tanstack/react-query";
import { Fragment, useState } from "react";
import type { Schema } from "@/api/client";
import { explain } from "@/api/problem";
import { instant } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Fault } from "@/ui/state";
import { type Action, offers, undoable } from "./actions";
import { AskDialog } from "./ask-dialog";
import { historyQuery, type Opened } from "./booking-query";
import { MoveForm } from "./move-form";
import { useNow } from "./now";
import { panelWords } from "./panel-texts";
import { type Acting, type Deed, useAct } from "./use-act";

type Booking = Schema["ConsoleBooking"];

interface Props {
  business: string;
  booking: Booking;
  opened: Opened;
  zone: string | undefined;
  onMove: (b: Booking) => void;
}

/** What is done at once; the others ask first. */
const atOnce: readonly Action[] = ["approve", "check-in", "complete"];

/** All that the person may do with the booking, the most likely thing first. */
export function ActionBar({ business, booking: b, opened, zone, onMove }: Props) {
  const t = useTexts(panelWords);
  const lang = useLang();
  const now = useNow();
  const history = useQuery({ ...historyQuery(business, b.id), enabled: opened.whole }).data ?? [];
  const who = { role: opened.role, own: opened.whole };
  const back = zone !== undefined && undoable(b, history, zone, new Date(now));
  const list = offers(b, who, now, back);
  const acting = useAct(business, offers({ ...b, status: "completed" }, who, now, true).length > 0);
  const [asked, setAsked] = useState<Action | "move" | null>(null);
  const possible = list.filter((o) => o.from === undefined);
  const later = list.find((o) => o.from !== undefined);
  const start = (action: Action | "move") => {
    acting.forget();
    if (action !== "move" && atOnce.includes(action)) void acting.act(b, { action }).catch(() => undefined);
    else setAsked(action);
  };
  const finish = (deed: Deed) =>
    acting.act(b, deed).then(
      () => setAsked(null),
      () => undefined,
    );
  const shownAsk = asked !== null && !acting.collision;
  return (
    <div className="flex flex-col gap-2">
      {acting.collision && <Collided acting={acting} who={who} now={now} />}
      {!asked && acting.error && <Fault>{explain(acting.error)}</Fault>}
      <div className="flex flex-wrap gap-2">
        {possible.map((o, i) => (
          <Fragment key={o.action}>
            <Button
              kind={i === 0 && o.action !== "cancel" && o.action !== "undo" ? "primary" : "plain"}
              busy={acting.busy === o.action}
              disabled={acting.busy !== null}
              onClick={() => start(o.action)}
            >
              {o.action === "move" ? (b.status === "checked_in" ? t.lengthForm : t.moveForm) : t[o.action]}
            </Button>
            {o.action === "move" && b.status !== "checked_in" && (
              <Button disabled={acting.busy !== null} onClick={() => onMove(b)}>
                {t.move}
              </Button>
            )}
          </Fragment>
        ))}
      </div>
      {later?.from !== undefined && later.action !== "move" && zone && (
        <p className="text-sm text-ink-soft">{t.notYet(t[later.action], instant(new Date(later.from).toISOString(), zone, lang))}</p>
      )}
      {list.length === 0 && <p className="text-sm text-ink-soft">{who.own || opened.role === "owner" ? t.nothing : t.noRight}</p>}
      {shownAsk && asked === "move" && (
        <MoveForm
          business={business}
          booking={b}
          acting={acting}
          onClose={() => setAsked(null)}
          onGo={(body) => void finish({ action: "move", body })}
        />
      )}
      {shownAsk && asked !== "move" && (
        <AskDialog
          action={asked}
          booking={b}
          acting={acting}
          onClose={() => setAsked(null)}
          onGo={(body) => void finish({ action: asked, body })}
        />
      )}
    </div>
  );
}

/** Somebody else was first: what they changed, and whether one's own change still goes. */
function Collided({ acting, who, now }: { acting: Acting; who: Parameters<typeof offers>[1]; now: number }) {
  const t = useTexts(panelWords);
  const found = acting.collision;
  if (!found) return null;
  const { deed } = found;
  const still = deed.action === "undo" || offers(found.now, who, now).some((o) => o.action === deed.action && o.from === undefined);
  const what = deed.action === "move" ? t.moveForm : t[deed.action];
  return (
    <div role="alert" className="flex flex-col gap-2 rounded-lg bg-warn-soft p-3 text-warn">
      <p>{t.stale(found.differences.map((d) => t.differs[d]).join("・"))}</p>
      {!still && <p>{t.staleGone}</p>}
      <div className="flex flex-wrap gap-2">
        {still && (
          <Button busy={acting.busy !== null} onClick={() => void acting.act(found.now, deed).catch(() => undefined)}>
            {t.goOn(what)}
          </Button>
        )}
        <Button kind="quiet" onClick={acting.leave}>
          {t.leaveIt}
        </Button>
      </div>
    </div>
  );
}
