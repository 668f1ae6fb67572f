import { useState } from "react";
import { explain, fieldFaults } from "@/api/problem";
import { common } from "@/text/common";
import { useTexts } from "@/text/texts";
import { Button } from "./button";
import { LocalizedField } from "./localized";
import type { Alt } from "./photo-api";
import { words } from "./photo-words";
import { toast } from "./toast";

/** What a photo shows, in words; what was typed survives every error. It is no form of its own: it may stand in one. */
export function PhotoAlt({ alt, save }: { alt: Alt | undefined; save: (alt: Alt) => Promise<void> }) {
  const t = useTexts(words);
  const c = useTexts(common);
  const [text, setText] = useState<Alt | undefined>(alt);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const faults = fieldFaults(error);
  const same = (text?.["ja"] ?? "") === (alt?.["ja"] ?? "") && (text?.["en"] ?? "") === (alt?.["en"] ?? "");
  const keep = async () => {
    setBusy(true);
    setError(null);
    try {
      await save({ ...text, ja: text?.["ja"] ?? "" });
      toast(c.saved);
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="flex flex-col gap-2">
      <LocalizedField
        label={t.alt}
        value={text}
        maxLength={200}
        errors={{ ja: faults["alt.ja"], en: faults["alt.en"] }}
        onChange={setText}
      />
      <p className="text-sm text-ink-soft">{t.altHint}</p>
      {error !== null && (
        <p role="alert" className="text-sm font-medium text-bad">
          {explain(error, ["alt.ja", "alt.en"])}
        </p>
      )}
      {!same && (
        <Button className="self-start" busy={busy} onClick={() => void keep()}>
          {t.saveAlt}
        </Button>
      )}
    </div>
  );
}
