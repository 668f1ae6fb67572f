import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { common } from "@/text/common";
import { fullDate } from "@/text/format";
import { useLang } from "@/text/lang";
import { texts, useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { SelectField, TextArea, TextField } from "@/ui/field";
import { LocalizedField } from "@/ui/localized";
import { Fault } from "@/ui/state";
import { toast } from "@/ui/toast";
import { words } from "./texts";

const own = texts({
  ja: {
    title: "祝日の訂正",
    date: "日付",
    kind: "この日は",
    holiday: "祝日にする",
    none: "祝日ではない日にする",
    name: "祝日の名前",
    saved: "祝日を訂正しました",
  },
  en: {
    title: "Correct a holiday",
    date: "Date",
    kind: "This date",
    holiday: "is a holiday",
    none: "is no holiday",
    name: "Name of the holiday",
    saved: "The holiday is corrected",
  },
});

const known = ["date", "holiday", "name.ja", "name.en", "reason", "path.date"];

/** Makes a date a holiday, or none, in every business. */
export function HolidayDialog({ day, onClose }: { day: Schema["AdminHolidayView"] | null; onClose: () => void }) {
  const t = useTexts(own);
  const w = useTexts(words);
  const c = useTexts(common);
  const lang = useLang();
  const queries = useQueryClient();
  const [date, setDate] = useState(day?.date ?? "");
  const [holiday, setHoliday] = useState(day ? !day.holiday : true);
  const [name, setName] = useState<Schema["HolidayInput"]["name"]>(day?.name);
  const [reason, setReason] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const faults = fieldFaults(error);
  const save = async () => {
    setBusy(true);
    setError(null);
    try {
      const version = day?.override?.version;
      dataOf(
        await api.PUT("/api/v1/admin/holidays/{date}", {
          params: { path: { date }, ...(version !== undefined && { header: { "If-Match": `"${version}"` } }) },
          body: { holiday, reason, ...(holiday && name && { name }) },
        }),
      );
      toast(t.saved);
      void queries.invalidateQueries({ queryKey: ["admin", "holidays"] });
      onClose();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title={day ? `${t.title} ${fullDate(day.date, lang)}` : t.title} as="box">
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(e) => {
          e.preventDefault();
          void save();
        }}
      >
        <Fault>{error ? explain(error, known) : ""}</Fault>
        {!day && (
          <TextField label={t.date} type="date" required value={date} onChange={(e) => setDate(e.target.value)} error={faults["date"]} />
        )}
        {day && faults["date"] && <Fault>{faults["date"]}</Fault>}
        <SelectField
          label={t.kind}
          value={holiday ? "yes" : "no"}
          onChange={(e) => setHoliday(e.target.value === "yes")}
          error={faults["holiday"]}
        >
          <option value="yes">{t.holiday}</option>
          <option value="no">{t.none}</option>
        </SelectField>
        {holiday && (
          <LocalizedField
            label={t.name}
            required
            value={name}
            onChange={setName}
            errors={{ ja: faults["name.ja"] ?? faults["name"], en: faults["name.en"] }}
          />
        )}
        <TextArea
          label={w.reason}
          hint={w.reasonTrail}
          required
          maxLength={500}
          value={reason}
          onChange={(e) => setReason(e.target.value)}
          error={faults["reason"]}
        />
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{c.cancel}</Button>
          <Button type="submit" kind="primary" busy={busy} disabled={date === ""}>
            {c.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
