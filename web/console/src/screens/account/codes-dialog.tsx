import { useTexts } from "@/text/texts";
import { Button, buttonLook } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { toast } from "@/ui/toast";
import { words } from "./texts";

/** Shows recovery codes, this once. */
export function CodesDialog({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const t = useTexts(words);
  const text = codes.join("\n");
  return (
    <Dialog open onClose={onClose} title={t.recoveryCodes} as="box">
      <p className="mb-3">{t.codesOnce}</p>
      <ul className="tabular grid grid-cols-2 gap-2 rounded-lg bg-sunken p-3 font-mono">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="mt-4 flex flex-wrap justify-end gap-2">
        <Button onClick={() => void navigator.clipboard.writeText(text).then(() => toast(t.copied))}>{t.copy}</Button>
        <a className={buttonLook()} download="recovery-codes.txt" href={`data:text/plain,${encodeURIComponent(text)}`}>
          {t.download}
        </a>
        <Button onClick={() => window.print()}>{t.print}</Button>
        <Button kind="primary" onClick={onClose}>
          {t.keptThem}
        </Button>
      </div>
    </Dialog>
  );
}
