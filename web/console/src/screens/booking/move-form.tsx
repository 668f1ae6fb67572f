import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { resourcesQuery, servicesQuery } from "@/api/business";
import { isProblem, type Schema } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { useMay } from "@/shell/business";
import { minutesOfDay } from "@/text/clock";
import { common } from "@/text/common";
import { clockTime, inLang } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { CheckField, SelectField, TextField } from "@/ui/field";
import { MinuteField } from "@/ui/number";
import { Await, Fault } from "@/ui/state";
import { instantOf, type Ledger } from "../ledger/day";
import { ledgerQuery } from "../ledger/day-query";
import { judge } from "../ledger/judge";
import { nameOf, verdictWords } from "../ledger/look";
import { moveWords } from "../ledger/move-texts";
import { lengthOf, shortest } from "../ledger/needs";
import { words as ledgerWords } from "../ledger/texts";
import { tellable } from "../ledger/use-move";
import { panelWords } from "./panel-texts";
import { gridOf, nowIn, step } from "./visit";

type Booking = Schema["ConsoleBooking"];

interface Props {
  business: string;
  booking: Booking;
  acting: { busy: string | null; error: unknown };
  onClose: () => void;
  onGo: (body: Schema["MoveInputBody"]) => void;
}

/** Moves a booking without the ledger: another date, time, length, or staff, with what stands against it told before. Of
 * whoever is here only the end. */
export function MoveForm(props: Props) {
  const t = useTexts(panelWords);
  const b = props.booking;
  const [to, setTo] = useState({ date: b.date, minute: minutesOfDay(b.date, b.start), length: lengthOf(b), staff: "" });
  const ledger = useQuery(ledgerQuery(props.business, to.date));
  return (
    <Dialog open onClose={props.onClose} title={b.status === "checked_in" ? t.lengthTitle : t.moveTitle} as="box">
      <div className="flex flex-col gap-4">
        <Place {...props} to={to} set={(more) => setTo((before) => ({ ...before, ...more }))} />
        <Await query={ledger}>
          {(day) => <Rest key={to.date} {...props} ledger={day} to={to} set={(minute) => setTo((before) => ({ ...before, minute }))} />}
        </Await>
      </div>
    </Dialog>
  );
}

interface To {
  date: string;
  minute: number;
  length: number;
  staff: string;
}

function Place({ business, booking: b, acting, to, set }: Props & { to: To; set: (more: Partial<To>) => void }) {
  const t = useTexts(panelWords);
  const lang = useLang();
  const resources = useQuery({ ...resourcesQuery(business), staleTime: 60_000 }).data ?? [];
  const faults = fieldFaults(acting.error);
  const end = (
    <MinuteField
      label={t.newEnd}
      value={to.minute + to.length}
      error={faults["duration_minutes"]}
      onChange={(m) => set({ length: Math.max(Math.round((m - to.minute) / step) * step, shortest(b)) })}
    />
  );
  if (b.status === "checked_in") return <div className="grid gap-3 sm:grid-cols-3">{end}</div>;
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <TextField label={t.newDate} type="date" required value={to.date} onChange={(e) => e.target.value && set({ date: e.target.value })} />
      <MinuteField
        label={t.newTime}
        value={to.minute}
        error={faults["start"]}
        onChange={(m) => set({ minute: Math.round(m / step) * step })}
      />
      {end}
      <SelectField label={t.newStaff} value={to.staff} error={faults["staff_id"]} onChange={(e) => set({ staff: e.target.value })}>
        <option value="">{t.asBefore}</option>
        {resources
          .filter((r) => r.kind === "staff" && r.active)
          .map((r) => (
            <option key={r.id} value={r.id}>
              {inLang(r.name, lang)}
            </option>
          ))}
      </SelectField>
    </div>
  );
}

function Rest({
  business,
  booking: b,
  acting,
  onClose,
  onGo,
  ledger,
  to,
  set,
}: Props & { ledger: Ledger; to: To; set: (minute: number) => void }) {
  const t = useTexts(panelWords);
  const c = useTexts(common);
  const m = useTexts(moveWords);
  const l = useTexts(ledgerWords);
  const lang = useLang();
  const override = useMay("override");
  const services = useQuery({ ...servicesQuery(business), staleTime: 60_000 }).data;
  const resources = useQuery({ ...resourcesQuery(business), staleTime: 60_000 }).data;
  const [reason, setReason] = useState("");
  const [consented, setConsented] = useState(false);
  const [tell, setTell] = useState(true);
  const shop = useMemo(() => (services && resources ? { services, resources } : null), [services, resources]);
  const verdict = shop ? judge(ledger, shop, b, to.minute, to.staff || null, to.length) : null;
  const near = useMemo(() => {
    if (!shop || b.status === "checked_in") return [];
    const free = (minute: number) =>
      minute !== to.minute && minute >= nowIn(ledger) && judge(ledger, shop, b, minute, to.staff || null, to.length).kind === "free";
    const closest = gridOf(ledger).sort((x, y) => Math.abs(x - to.minute) - Math.abs(y - to.minute));
    return closest
      .filter(free)
      .slice(0, 6)
      .sort((x, y) => x - y);
  }, [shop, ledger, b, to.minute, to.length, to.staff]);
  const consent = Boolean(verdict?.consent) || isProblem(acting.error, "booking.nomination_consent");
  const refused = isProblem(acting.error, "booking.slot_taken") || Boolean(fieldFaults(acting.error)["start"]);
  const soft = override && (verdict?.soft || refused);
  const nominee = b.items.find((i) => i.staff)?.staff;
  const mails = tellable(b);
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(e) => {
        e.preventDefault();
        onGo({
          start: instantOf(to.date, to.minute, ledger.timezone),
          silent: !(tell && mails),
          ...(to.length !== lengthOf(b) && { duration_minutes: to.length }),
          ...(to.staff && { staff_id: to.staff }),
          ...(soft && reason.trim() && { override_reason: reason.trim() }),
          ...(consent && consented && { customer_consented: true }),
        });
      }}
    >
      {verdict && (
        <p
          role="status"
          className={`tabular rounded-lg px-3 py-2 ${verdict.kind === "free" ? "bg-good-soft text-good" : "bg-warn-soft text-warn"}`}
        >
          {verdict.kind === "free"
            ? t.freeThere
            : verdictWords(
                verdict,
                to.minute,
                nameOf(
                  ledger.resources.find((r) => r.id === to.staff),
                  l,
                  lang,
                ),
                m,
                l,
                lang,
              )}
        </p>
      )}
      {near.length > 0 && (
        <div>
          <p className="text-sm text-ink-soft">{t.near}</p>
          <div className="tabular flex flex-wrap gap-2">
            {near.map((minute) => (
              <Button key={minute} className="!px-3" onClick={() => set(minute)}>
                {clockTime(minute)}
              </Button>
            ))}
          </div>
        </div>
      )}
      {soft && (
        <TextField
          label={t.overrideReason}
          hint={t.overrideHint}
          maxLength={500}
          required={verdict?.kind !== "free"}
          value={reason}
          onChange={(e) => setReason(e.target.value)}
        />
      )}
      {consent && (
        <CheckField
          label={t.consent}
          hint={nominee ? t.consentHint(inLang(nominee.name, lang)) : undefined}
          required
          checked={consented}
          onChange={(e) => setConsented(e.target.checked)}
        />
      )}
      {mails ? (
        <CheckField label={t.tell} checked={tell} onChange={(e) => setTell(e.target.checked)} />
      ) : (
        b.status !== "checked_in" && <p className="text-sm text-ink-soft">{t.noMail}</p>
      )}
      <Fault>{acting.error ? explain(acting.error, ["start", "duration_minutes", "staff_id"]) : null}</Fault>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>{c.cancel}</Button>
        <Button type="submit" kind="primary" busy={acting.busy !== null}>
          {t.moveGo}
        </Button>
      </div>
    </form>
  );
}
