import { useState } from "react";
import { useBusiness } from "@/shell/business";
import { useTexts } from "@/text/texts";
import { buttonLook } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { SelectField } from "@/ui/field";
import { words } from "./texts";

/** Customers or bookings as a file for a spreadsheet. */
export function ExportDialog({ onClose }: { onClose: () => void }) {
  const t = useTexts(words);
  const { id } = useBusiness();
  const [kind, setKind] = useState("customers");
  const [charset, setCharset] = useState("utf-8");
  return (
    <Dialog open onClose={onClose} title={t.exportCsv} as="box">
      <div className="flex flex-col gap-4">
        <p className="text-ink-soft">{t.exportText}</p>
        <SelectField label={t.exportKind} value={kind} onChange={(e) => setKind(e.target.value)}>
          <option value="customers">{t.exportCustomers}</option>
          <option value="bookings">{t.exportBookings}</option>
        </SelectField>
        <SelectField label={t.exportCharset} value={charset} onChange={(e) => setCharset(e.target.value)}>
          <option value="utf-8">{t.utf8}</option>
          <option value="shift_jis">{t.sjis}</option>
        </SelectField>
        <a
          className={buttonLook("primary")}
          href={`/api/v1/businesses/${id}/exports/${kind}?format=csv&charset=${charset}`}
          download
          onClick={() => setTimeout(onClose, 500)}
        >
          {t.download}
        </a>
      </div>
    </Dialog>
  );
}
