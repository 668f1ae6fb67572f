import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { useBusiness } from "@/shell/business";
import { common } from "@/text/common";
import { addDays, inLang } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { CheckField, SelectField, TextField } from "@/ui/field";
import { useImpact } from "@/ui/impact";
import { type Range, weekdays } from "@/ui/ranges";
import { Fault } from "@/ui/state";
import { useWeekdayNames, WeekField } from "@/ui/week";
import { words } from "./texts";

type Action = Schema["BulkInput"]["action"];

interface Props {
  ids: string[];
  from: string;
  to: string;
  people: Schema["ShiftRowView"][];
  onClose: () => void;
}

/** Changes the shifts of many people and dates at once, or of one day of one person. */
export function BulkSheet({ ids, from, to, people, onClose }: Props) {
  const t = useTexts(words);
  const c = useTexts(common);
  const lang = useLang();
  const short = useWeekdayNames("short");
  const { id } = useBusiness();
  const queries = useQueryClient();
  const impact = useImpact();
  const first = people.find((p) => p.resource_id === ids[0])?.dates.find((d) => d.date === from);
  const [whom, setWhom] = useState(ids);
  const [span, setSpan] = useState({ from, to });
  const [days, setDays] = useState<number[]>([]);
  const [action, setAction] = useState<Action>("set");
  const [source, setSource] = useState(addDays(from, -7));
  const [ranges, setRanges] = useState<Range[]>(ids.length === 1 ? (first?.ranges ?? []) : [{ start_minute: 600, end_minute: 1140 }]);
  const [error, setError] = useState<unknown>(null);
  const faults = fieldFaults(error);
  const save = async () => {
    setError(null);
    try {
      const done = await impact.ask(async (dry_run) =>
        dataOf(
          await api.POST("/api/v1/businesses/{business_id}/shifts/bulk", {
            params: { path: { business_id: id }, query: { dry_run } },
            body: {
              action,
              resource_ids: whom,
              from_date: span.from,
              to_date: span.to,
              ...(days.length && { weekdays: days }),
              ...(action === "set" && { ranges }),
              ...(action === "copy_from" && { source_from_date: source }),
            },
          }),
        ),
      );
      if (!done) return;
      await queries.invalidateQueries({ queryKey: ["business", id] });
      onClose();
    } catch (e) {
      setError(e);
    }
  };
  return (
    <Dialog open onClose={onClose} title={t.edit}>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(e) => {
          e.preventDefault();
          void save();
        }}
      >
        <Fault>{error ? explain(error, ["from_date", "to_date", "source_from_date"]) : ""}</Fault>
        <fieldset>
          <legend className="font-medium">{t.whom}</legend>
          <div className="flex flex-wrap gap-x-5">
            {people.map((p) => (
              <CheckField
                key={p.resource_id}
                label={<bdi>{inLang(p.name, lang)}</bdi>}
                checked={whom.includes(p.resource_id)}
                onChange={(e) => setWhom(e.target.checked ? [...whom, p.resource_id] : whom.filter((x) => x !== p.resource_id))}
              />
            ))}
          </div>
        </fieldset>
        <div className="grid grid-cols-2 gap-4">
          <TextField
            label={t.from}
            type="date"
            value={span.from}
            onChange={(e) => setSpan({ ...span, from: e.target.value })}
            error={faults["from_date"]}
          />
          <TextField
            label={t.to}
            type="date"
            value={span.to}
            onChange={(e) => setSpan({ ...span, to: e.target.value })}
            error={faults["to_date"]}
          />
        </div>
        {span.from !== span.to && (
          <fieldset>
            <legend className="font-medium">{t.onWeekdays}</legend>
            <div className="flex flex-wrap gap-x-5">
              {weekdays.map((d) => (
                <CheckField
                  key={d}
                  label={short[d]}
                  checked={days.includes(d)}
                  onChange={(e) => setDays(e.target.checked ? [...days, d] : days.filter((x) => x !== d))}
                />
              ))}
            </div>
          </fieldset>
        )}
        <SelectField label={t.action} value={action} onChange={(e) => setAction(e.target.value as Action)}>
          {Object.entries(t.actions).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </SelectField>
        {action === "set" && (
          <WeekField rows={[{ id: "day", label: t.hours, ranges }]} offLabel={t.off} onChange={(_, next) => setRanges(next)} />
        )}
        {action === "copy_from" && (
          <TextField
            label={t.source}
            type="date"
            value={source}
            onChange={(e) => setSource(e.target.value)}
            error={faults["source_from_date"]}
          />
        )}
        <Button type="submit" kind="primary" busy={impact.busy} disabled={whom.length === 0}>
          {c.save}
        </Button>
      </form>
      {impact.dialog}
    </Dialog>
  );
}
