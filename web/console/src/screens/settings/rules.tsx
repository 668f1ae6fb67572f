import { useQuery } from "@tanstack/react-query";
import { settingsQuery } from "@/api/business";
import type { Schema } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { useBusiness, useMay } from "@/shell/business";
import { common } from "@/text/common";
import { langNames } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { useDraft } from "@/ui/draft";
import { CheckField, SelectField } from "@/ui/field";
import { MinuteField, NumberField } from "@/ui/number";
import { Section } from "@/ui/page";
import { Await, Fault } from "@/ui/state";
import { CutoffField } from "./cutoffs";
import { useSaveSettings } from "./save";
import { words } from "./texts";

type Stored = Schema["SettingsView"];

const grids = [5, 10, 15, 20, 30, 60] as const;
const intervals = [5, 10, 15, 20, 30, 40, 45, 60, 80, 90, 120] as const;

export function RulesPart() {
  const { id } = useBusiness();
  const query = useQuery(settingsQuery(id));
  return <Await query={query}>{(settings) => <RulesForm settings={settings} />}</Await>;
}

function RulesForm({ settings }: { settings: Stored }) {
  const t = useTexts(words);
  const c = useTexts(common);
  const owner = useMay("changeSettings");
  const draft = useDraft(settings);
  const { save, error, busy, dialog } = useSaveSettings(settings.version, draft.reset);
  const { value: v, set } = draft;
  const faults = fieldFaults(error);

  return (
    <form
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        void save(draft.changes as Schema["SettingsPatch"]);
      }}
    >
      <fieldset disabled={!owner} className="contents">
        {!owner && <p className="mb-4 rounded-lg bg-info-soft p-3 text-info">{t.readOnly}</p>}
        <Section title={t.how}>
          <div className="grid gap-4 sm:grid-cols-2">
            <SelectField
              label={t.mode}
              value={v.booking_mode}
              onChange={(e) => set("booking_mode", e.target.value as Stored["booking_mode"])}
            >
              <option value="instant">{t.instant}</option>
              <option value="approval">{t.approval}</option>
            </SelectField>
            {v.booking_mode === "approval" && (
              <NumberField
                label={t.approvalHours}
                hint={t.approvalHoursHint}
                min={1}
                max={168}
                value={v.approval_hours}
                onChange={(n) => set("approval_hours", n ?? 1)}
                error={faults["approval_hours"]}
              />
            )}
            <SelectField
              label={t.grid}
              value={v.grid_minutes}
              error={faults["grid_minutes"]}
              onChange={(e) => set("grid_minutes", Number(e.target.value))}
            >
              {grids.map((n) => (
                <option key={n} value={n}>
                  {c.minutes(n)}
                </option>
              ))}
            </SelectField>
            <SelectField label={t.fairness} value={v.fairness} onChange={(e) => set("fairness", e.target.value as Stored["fairness"])}>
              {Object.entries(t.fair).map(([value, name]) => (
                <option key={value} value={value}>
                  {name}
                </option>
              ))}
            </SelectField>
            <NumberField
              label={t.hold}
              min={1}
              max={60}
              value={v.hold_minutes}
              onChange={(n) => set("hold_minutes", n ?? 1)}
              error={faults["hold_minutes"]}
            />
            <NumberField
              label={t.maxItems}
              min={1}
              max={10}
              value={v.max_items}
              onChange={(n) => set("max_items", n ?? 1)}
              error={faults["max_items"]}
            />
            <SelectField label={t.locale} value={v.locale} onChange={(e) => set("locale", e.target.value as Stored["locale"])}>
              {Object.entries(langNames).map(([value, name]) => (
                <option key={value} value={value} lang={value}>
                  {name}
                </option>
              ))}
            </SelectField>
          </div>
        </Section>
        <Section title={t.when}>
          <div className="grid gap-4 lg:grid-cols-2">
            <Opens v={v} set={set} faults={faults} />
            <CutoffField
              legend={t.untilBook}
              minutes={v.min_notice_minutes}
              onMinutes={(n) => set("min_notice_minutes", n)}
              cutoff={v.booking_cutoff}
              onCutoff={(to) => set("booking_cutoff", to)}
              error={faults["min_notice_minutes"] ?? faults["booking_cutoff"]}
            />
            <CutoffField
              legend={t.untilChange}
              minutes={v.change_notice_minutes}
              onMinutes={(n) => set("change_notice_minutes", n)}
              cutoff={v.change_cutoff}
              onCutoff={(to) => set("change_cutoff", to)}
              error={faults["change_notice_minutes"] ?? faults["change_cutoff"]}
            />
            <CutoffField
              legend={t.untilCancel}
              minutes={v.cancel_notice_minutes}
              onMinutes={(n) => set("cancel_notice_minutes", n)}
              cutoff={v.cancel_cutoff}
              onCutoff={(to) => set("cancel_cutoff", to)}
              error={faults["cancel_notice_minutes"] ?? faults["cancel_cutoff"]}
            />
          </div>
        </Section>
        <Limits v={v} set={set} faults={faults} />
        <Fault>{error ? explain(error) : ""}</Fault>
        <div className="sticky bottom-0 flex justify-end bg-paper py-3">
          <Button type="submit" kind="primary" busy={busy} disabled={!draft.changed}>
            {c.save}
          </Button>
        </div>
      </fieldset>
      {dialog}
    </form>
  );
}

interface PartProps {
  v: Stored;
  set: <K extends keyof Stored>(key: K, to: Stored[K]) => void;
  faults: Record<string, string>;
}

/** When dates open: so many days ahead, or a month at a time. */
function Opens({ v, set, faults }: PartProps) {
  const t = useTexts(words);
  const opens = v.booking_opens;
  return (
    <fieldset className="rounded-lg border border-line p-3">
      <legend className="px-1 font-medium">{t.windowDays}</legend>
      <CheckField
        label={t.opens}
        checked={opens !== null}
        onChange={(e) => set("booking_opens", e.target.checked ? { months_before: 1, day: 1, minute: 10 * 60 } : null)}
      />
      {opens ? (
        <div className="grid grid-cols-3 gap-3">
          <NumberField
            label={t.monthsBefore}
            min={1}
            max={12}
            value={opens.months_before}
            onChange={(n) => set("booking_opens", { ...opens, months_before: n ?? 1 })}
          />
          <NumberField
            label={t.openDay}
            min={1}
            max={31}
            value={opens.day ?? null}
            onChange={(day) => set("booking_opens", { ...opens, day })}
          />
          <MinuteField label={t.at} value={opens.minute} onChange={(minute) => set("booking_opens", { ...opens, minute })} />
        </div>
      ) : (
        <NumberField
          label={t.windowDays}
          min={1}
          max={366}
          value={v.booking_window_days}
          onChange={(n) => set("booking_window_days", n ?? 1)}
          error={faults["booking_window_days"]}
        />
      )}
    </fieldset>
  );
}

function Limits({ v, set, faults }: PartProps) {
  const t = useTexts(words);
  const c = useTexts(common);
  const pace = v.pace;
  return (
    <Section title={t.limits}>
      <p className="mb-3 text-sm text-ink-soft">{t.limitsHint}</p>
      <div className="grid gap-4 sm:grid-cols-3">
        <NumberField
          label={t.maxOpen}
          min={1}
          max={100}
          value={v.max_open_per_customer}
          onChange={(n) => set("max_open_per_customer", n)}
          error={faults["max_open_per_customer"]}
        />
        <NumberField
          label={t.maxCustomerDay}
          min={1}
          max={100}
          value={v.max_per_customer_day}
          onChange={(n) => set("max_per_customer_day", n)}
          error={faults["max_per_customer_day"]}
        />
        <NumberField
          label={t.maxDay}
          min={1}
          max={10_000}
          value={v.max_per_day}
          onChange={(n) => set("max_per_day", n)}
          error={faults["max_per_day"]}
        />
      </div>
      <CheckField
        className="mt-3"
        label={t.pace}
        checked={pace !== null}
        onChange={(e) => set("pace", e.target.checked ? { minutes: 15, bookings: 3, persons: null } : null)}
      />
      {pace && (
        <div className="grid gap-4 sm:grid-cols-3">
          <SelectField
            label={t.paceMinutes}
            value={pace.minutes}
            onChange={(e) => set("pace", { ...pace, minutes: Number(e.target.value) as typeof pace.minutes })}
          >
            {intervals.map((n) => (
              <option key={n} value={n}>
                {c.minutes(n)}
              </option>
            ))}
          </SelectField>
          <NumberField
            label={t.paceBookings}
            min={1}
            max={1000}
            value={pace.bookings ?? null}
            onChange={(bookings) => set("pace", { ...pace, bookings })}
            error={faults["pace.bookings"] ?? faults["pace"]}
          />
          <NumberField
            label={t.pacePersons}
            min={1}
            max={10_000}
            value={pace.persons ?? null}
            onChange={(persons) => set("pace", { ...pace, persons })}
            error={faults["pace.persons"]}
          />
        </div>
      )}
    </Section>
  );
}
