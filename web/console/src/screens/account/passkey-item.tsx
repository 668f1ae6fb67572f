import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { explain } from "@/api/problem";
import { common } from "@/text/common";
import { instant } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/field";
import { words } from "./texts";
import { zoneHere } from "./zone";

interface Props {
  passkey: Schema["PasskeyView"];
  onChanged: () => void;
  /** None: it may not be removed. */
  onRemove?: (() => void) | undefined;
}

/** A passkey by its name, which can be changed. */
export function PasskeyItem({ passkey, onChanged, onRemove }: Props) {
  const t = useTexts(words);
  const c = useTexts(common);
  const lang = useLang();
  const [name, setName] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const rename = async () => {
    setBusy(true);
    setError(null);
    try {
      const { error: refused } = await api.PATCH("/api/v1/me/passkeys/{passkey_id}", {
        params: { path: { passkey_id: passkey.id } },
        body: { name: name ?? "" },
      });
      dataOf({ error: refused });
      setName(null);
      onChanged();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  if (name !== null) {
    return (
      <li className="py-2">
        <form
          noValidate
          className="flex flex-wrap items-end gap-2"
          onSubmit={(e) => {
            e.preventDefault();
            void rename();
          }}
        >
          <TextField
            label={t.passkeyName}
            maxLength={100}
            value={name}
            onChange={(e) => setName(e.target.value)}
            error={error ? explain(error) : undefined}
          />
          <Button type="submit" busy={busy}>
            {c.save}
          </Button>
          <Button kind="quiet" onClick={() => setName(null)}>
            {c.cancel}
          </Button>
        </form>
      </li>
    );
  }
  return (
    <li className="flex flex-wrap items-center gap-2 py-2">
      <span className="flex-1">
        <bdi className="font-medium">{passkey.name}</bdi>
        <span className="tabular block text-sm text-ink-soft">
          {t.addedOn(instant(passkey.created_at, zoneHere(), lang))}
          {passkey.last_used_at && ` · ${t.usedOn(instant(passkey.last_used_at, zoneHere(), lang))}`}
        </span>
      </span>
      <Button aria-label={`${t.rename} ${passkey.name}`} onClick={() => setName(passkey.name)}>
        {t.rename}
      </Button>
      {onRemove && (
        <Button aria-label={`${c.remove} ${passkey.name}`} onClick={onRemove}>
          {c.remove}
        </Button>
      )}
    </li>
  );
}
