import { useState } from "react";
import type { Schema } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { common } from "@/text/common";
import { money } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { CheckField, TextField } from "@/ui/field";
import { Fault } from "@/ui/state";
import { type Action, feeNow, needsReason } from "./actions";
import { panelWords } from "./panel-texts";

interface Props {
  action: Action;
  booking: Schema["ConsoleBooking"];
  acting: { busy: string | null; error: unknown };
  onClose: () => void;
  onGo: (body: Schema["ChangeInputBody"]) => void;
}

/** Whether the customer is told of an action at all. */
const told: readonly Action[] = ["decline", "cancel", "undo"];

/** Asks what an action needs: a reason, whether the customer is told. What was typed stays over every refusal. */
export function AskDialog({ action, booking: b, acting, onClose, onGo }: Props) {
  const t = useTexts(panelWords);
  const c = useTexts(common);
  const lang = useLang();
  const [reason, setReason] = useState("");
  const [tell, setTell] = useState(action !== "undo");
  const faults = fieldFaults(acting.error);
  const mails = b.customer.email !== "";
  const fee = feeNow(b, Date.now());
  const titles: Partial<Record<Action, string>> = {
    decline: t.declineTitle,
    cancel: t.cancelTitle,
    undo: t.undoTitle,
    "no-show": t.noShowTitle,
  };
  const ready = action === "decline" ? [t.declineFull, t.declineStaff, t.declineClosed] : [];
  return (
    <Dialog open onClose={onClose} title={titles[action] ?? t[action]} as="box">
      <form
        className="flex flex-col gap-4"
        onSubmit={(e) => {
          e.preventDefault();
          onGo({ ...(reason.trim() && { reason: reason.trim() }), silent: told.includes(action) ? !(tell && mails) : true });
        }}
      >
        {action === "cancel" && (
          <div>
            <p>{t.cancelFree}</p>
            {fee.amount > 0 && <p className="tabular text-sm text-ink-soft">{t.cancelFee(fee.percent, money(fee, lang))}</p>}
          </div>
        )}
        {action === "no-show" && <p>{t.noShowText}</p>}
        {ready.length > 0 && (
          <div className="flex flex-wrap gap-2">
            {ready.map((text) => (
              <Button key={text} aria-pressed={reason === text} onClick={() => setReason(text)}>
                {text}
              </Button>
            ))}
          </div>
        )}
        <TextField
          label={t.reason}
          hint={action === "decline" ? t.reasonShown : t.reasonKept}
          required={needsReason(action)}
          maxLength={500}
          value={reason}
          onChange={(e) => setReason(e.target.value)}
          error={faults["reason"]}
        />
        {told.includes(action) &&
          (mails ? (
            <CheckField label={t.tell} checked={tell} onChange={(e) => setTell(e.target.checked)} />
          ) : (
            <p className="text-sm text-ink-soft">{t.noMail}</p>
          ))}
        <Fault>{acting.error ? explain(acting.error, ["reason"]) : null}</Fault>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{c.back}</Button>
          <Button type="submit" kind={action === "undo" ? "primary" : "danger"} busy={acting.busy !== null}>
            {t[action]}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
