import { useMemo } from "react";
import type { Schema } from "@/api/client";
import { explain } from "@/api/problem";
import { minutesOfDay } from "@/text/clock";
import { clockTime } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { type Ledger, within } from "./day";
import { nameOf } from "./look";
import { moveWords } from "./move-texts";
import { differences } from "./moved";
import { words } from "./texts";
import type { Move, Moving, Refused, Stale } from "./use-move";

interface Props {
  ledger: Ledger;
  move: Move;
  override: boolean;
}

/** The server refused a move: why, and what else could be done. */
export function RefusedDialog({ ledger, move, override, refused }: Props & { refused: Refused }) {
  const t = useTexts(words);
  const m = useTexts(moveWords);
  const lang = useLang();
  const { moving, error } = refused;
  const close = () => move.setRefused(null);
  const others = useMemo(
    () =>
      ledger.resources
        .filter((r) => r.kind === "staff" && r.id !== moving.column)
        .map((r) => ({ ...moving, column: r.id }))
        .filter((x) => move.verdictOf(x)?.kind === "free"),
    [ledger, moving, move.verdictOf],
  );
  const go = (to: Moving) => {
    close();
    const v = move.verdictOf(to);
    if (v) move.setAsked({ moving: to, verdict: v });
  };
  const rules = (error.problem.errors ?? []).some((e) => e.location === "body.start") || error.problem.code === "booking.slot_taken";
  return (
    <Dialog open onClose={close} title={m.refusedTitle} as="box">
      <div className="flex flex-col gap-4">
        <p role="alert">{explain(error)}</p>
        <p className="text-ink-soft">{m.refusedBack}</p>
        <Alternatives ledger={ledger} list={error.problem.alternatives ?? []} onChoose={(minute) => go({ ...moving, minute })} />
        <section>
          <h3 className="mb-1 font-semibold">{m.others}</h3>
          {others.length === 0 && <p className="text-ink-soft">{m.nobodyElse}</p>}
          <div className="flex flex-wrap gap-2">
            {others.map((x) => (
              <Button key={x.column} onClick={() => go(x)}>
                <bdi>
                  {nameOf(
                    ledger.resources.find((r) => r.id === x.column),
                    t,
                    lang,
                  )}
                </bdi>
              </Button>
            ))}
          </div>
        </section>
        <div className="flex flex-wrap justify-end gap-2">
          {override && rules && (
            <Button
              onClick={() => {
                close();
                move.setAsked({
                  moving,
                  verdict: { kind: "off", soft: true, consent: error.problem.code === "booking.nomination_consent" },
                });
              }}
            >
              {m.anyway}
            </Button>
          )}
          <Button kind="primary" onClick={close}>
            {m.stay}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function Alternatives({ ledger, list, onChoose }: { ledger: Ledger; list: Schema["Alternative"][]; onChoose: (minute: number) => void }) {
  const m = useTexts(moveWords);
  const near = list.map((a) => minutesOfDay(ledger.date, a.start)).filter((minute) => minute >= 0 && minute < 1800);
  if (near.length === 0) return null;
  return (
    <section>
      <h3 className="mb-1 font-semibold">{m.near}</h3>
      <div className="tabular flex flex-wrap gap-2">
        {near.map((minute) => (
          <Button key={minute} onClick={() => onChoose(minute)}>
            {clockTime(minute)}
          </Button>
        ))}
      </div>
    </section>
  );
}

/** Somebody else changed the booking while it was moved: their change is shown, and one chooses. */
export function StaleDialog({ ledger, move, stale }: Omit<Props, "override"> & { stale: Stale }) {
  const t = useTexts(words);
  const m = useTexts(moveWords);
  const lang = useLang();
  const { moving, now } = stale;
  const close = () => move.setStale(null);
  const who = (id: string | undefined) =>
    nameOf(
      ledger.resources.find((r) => r.id === id),
      t,
      lang,
    );
  const staff = now.serving.find((s) => ledger.resources.find((r) => r.id === s.resource_id)?.kind === "staff")?.resource_id;
  const mine = () => {
    close();
    const x = { ...moving, booking: now };
    const v = move.verdictOf(x);
    if (v) move.setAsked({ moving: x, verdict: v });
  };
  return (
    <Dialog open onClose={close} title={m.staleTitle} as="box">
      <div className="flex flex-col gap-4">
        <p role="alert">
          {m.stale(
            differences(moving.booking, now)
              .map((d) => m.differs[d])
              .join("・"),
          )}
        </p>
        <dl className="tabular grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
          <dt className="text-ink-soft">{m.theirs}</dt>
          <dd>
            {m.to(clockTime(within(now.date, now).from), who(staff))} {t.status[now.status]}
          </dd>
          <dt className="text-ink-soft">{m.mine}</dt>
          <dd>{m.to(clockTime(moving.minute), who(moving.column))}</dd>
        </dl>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={mine}>{m.mine}</Button>
          <Button kind="primary" onClick={close}>
            {m.theirs}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
