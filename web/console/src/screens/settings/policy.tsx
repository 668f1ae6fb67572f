import { useQuery } from "@tanstack/react-query";
import { settingsQuery } from "@/api/business";
import type { Schema } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { useBusiness, useMay } from "@/shell/business";
import { common } from "@/text/common";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { useDraft } from "@/ui/draft";
import { TextField } from "@/ui/field";
import { LocalizedField } from "@/ui/localized";
import { NumberField } from "@/ui/number";
import { Section } from "@/ui/page";
import { Await, Fault } from "@/ui/state";
import { useSaveSettings } from "./save";
import { words } from "./texts";

export function PolicyPart() {
  const { id } = useBusiness();
  const query = useQuery(settingsQuery(id));
  return <Await query={query}>{(settings) => <PolicyForm settings={settings} />}</Await>;
}

const known = ["terms.ja", "terms.en", "terms_version"];

function PolicyForm({ settings }: { settings: Schema["SettingsView"] }) {
  const t = useTexts(words);
  const c = useTexts(common);
  const owner = useMay("changeSettings");
  const draft = useDraft(settings);
  const { save, error, busy, dialog } = useSaveSettings(settings.version, draft.reset);
  const faults = fieldFaults(error);
  const steps = draft.value.cancellation_policy.steps;
  const setSteps = (to: typeof steps) => draft.set("cancellation_policy", { steps: to });
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
        <Section title={t.policy}>
          <p className="mb-3 text-sm text-ink-soft">{t.policyHint}</p>
          <ol className="flex flex-col gap-3">
            {steps.map((step, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: steps have no name but their place
              <li key={i} className="flex flex-wrap items-end gap-3">
                <NumberField
                  className="w-40"
                  label={t.hoursBefore}
                  min={0}
                  max={8760}
                  value={step.hours_before}
                  onChange={(n) => setSteps(steps.map((s, j) => (j === i ? { ...s, hours_before: n ?? 0 } : s)))}
                  error={faults[`cancellation_policy.steps[${i}].hours_before`]}
                />
                <NumberField
                  className="w-40"
                  label={t.percent}
                  min={0}
                  max={100}
                  value={step.percent}
                  onChange={(n) => setSteps(steps.map((s, j) => (j === i ? { ...s, percent: n ?? 0 } : s)))}
                  error={faults[`cancellation_policy.steps[${i}].percent`]}
                />
                <Button onClick={() => setSteps(steps.filter((_, j) => j !== i))}>{c.remove}</Button>
              </li>
            ))}
          </ol>
          <Button
            className="mt-3"
            onClick={() => setSteps([...steps, { hours_before: steps.length ? 0 : 24, percent: steps.length ? 100 : 50 }])}
          >
            {t.addStep}
          </Button>
        </Section>
        <Section title={t.terms}>
          <div className="flex flex-col gap-4">
            <LocalizedField
              label={t.terms}
              long
              maxLength={5000}
              value={draft.value.terms}
              onChange={(to) => draft.set("terms", to)}
              errors={{ ja: faults["terms.ja"], en: faults["terms.en"] }}
            />
            <TextField
              className="max-w-xs"
              label={t.termsVersion}
              hint={t.termsHint}
              maxLength={40}
              value={draft.value.terms_version}
              onChange={(e) => draft.set("terms_version", e.target.value)}
              error={faults["terms_version"]}
            />
          </div>
        </Section>
        <Fault>{error ? explain(error, known) : ""}</Fault>
        <div className="flex justify-end py-3">
          <Button type="submit" kind="primary" busy={busy} disabled={!draft.changed}>
            {c.save}
          </Button>
        </div>
      </fieldset>
      {dialog}
    </form>
  );
}
