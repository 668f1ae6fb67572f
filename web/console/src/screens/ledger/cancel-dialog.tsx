import { useState } from "react";
import { explain } from "@/api/problem";
import { useTexts } from "@/text/texts";
import { Confirm } from "@/ui/dialog";
import { CheckField, TextField } from "@/ui/field";
import type { Booking } from "./day";
import { customerOf, timesOf } from "./look";
import { moveWords } from "./move-texts";
import { remembered } from "./tell";
import { words } from "./texts";
import type { Changes } from "./use-changes";
import { mailable } from "./use-move";

/** Asks before a booking is cancelled for the business. */
export function CancelDialog({ booking, changes, onClose }: { booking: Booking; changes: Changes; onClose: () => void }) {
  const t = useTexts(words);
  const m = useTexts(moveWords);
  const [reason, setReason] = useState("");
  const [tell, setTell] = useState(remembered() ?? true);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const go = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await changes.cancel(booking, { silent: !(mailable(booking) && tell), ...(reason.trim() && { reason: reason.trim() }) });
      onClose();
    } catch (e) {
      setError(explain(e));
      setBusy(false);
    }
  };
  return (
    <Confirm open onClose={onClose} title={m.cancelTitle} action={m.cancelGo} danger busy={busy} error={error} onConfirm={() => void go()}>
      <p className="tabular font-semibold">
        {timesOf(booking)} <bdi>{customerOf(booking, t)}</bdi>
      </p>
      <p>{m.cancelText}</p>
      <TextField label={m.cancelReason} maxLength={500} value={reason} onChange={(e) => setReason(e.target.value)} />
      {mailable(booking) && <CheckField label={m.tell} checked={tell} onChange={(e) => setTell(e.target.checked)} />}
    </Confirm>
  );
}
