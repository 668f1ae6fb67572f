import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { profileQuery, settingsQuery } from "@/api/business";
import { api, dataOf, isProblem, type Schema } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { useBusiness, useMay } from "@/shell/business";
import { common } from "@/text/common";
import { useTexts } from "@/text/texts";
import { Button, buttonLook } from "@/ui/button";
import { useDraft } from "@/ui/draft";
import { Field, TextArea, TextField } from "@/ui/field";
import { Section } from "@/ui/page";
import { PhotoList } from "@/ui/photo";
import { Await, Fault } from "@/ui/state";
import { toast } from "@/ui/toast";
import { originsOf } from "./origins";
import { useSaveSettings } from "./save";
import { words } from "./texts";

/** How the booking page looks, and where it is shown. */
export function PagePart() {
  const t = useTexts(words);
  const { id } = useBusiness();
  const profile = useQuery(profileQuery(id));
  const settings = useQuery(settingsQuery(id));
  return (
    <>
      <Section title={t.photos}>
        <PhotoList businessId={id} />
      </Section>
      <Await query={profile}>{(p) => <LooksForm profile={p} />}</Await>
      <Await query={settings}>{(s) => <EmbedForm settings={s} />}</Await>
    </>
  );
}

function useCopy() {
  const t = useTexts(words);
  return (text: string) => void navigator.clipboard.writeText(text).then(() => toast(t.copied));
}

function LooksForm({ profile }: { profile: Schema["BusinessView"] }) {
  const t = useTexts(words);
  const c = useTexts(common);
  const { id } = useBusiness();
  const queries = useQueryClient();
  const copy = useCopy();
  const draft = useDraft({ slug: profile.slug, accent_color: profile.accent_color });
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const faults = fieldFaults(error);
  const v = draft.value;
  const url = `${location.origin}/${profile.slug}`;

  const save = async () => {
    setBusy(true);
    setError(null);
    try {
      const saved = dataOf(
        await api.PATCH("/api/v1/businesses/{business_id}", {
          params: { path: { business_id: id }, header: { "If-Match": `"${profile.version}"` } },
          body: draft.changes,
        }),
      );
      queries.setQueryData(profileQuery(id).queryKey, saved);
      void queries.invalidateQueries({ queryKey: ["businesses"] });
      void queries.invalidateQueries({ queryKey: settingsQuery(id).queryKey });
      draft.reset();
      toast(c.saved);
    } catch (e) {
      if (isProblem(e, "precondition.stale")) await queries.invalidateQueries({ queryKey: profileQuery(id).queryKey });
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Section title={t.tabs.page}>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(e) => {
          e.preventDefault();
          void save();
        }}
      >
        <div>
          <p className="font-medium">{t.address}</p>
          <p className="flex flex-wrap items-center gap-2">
            <code className="break-all rounded-lg bg-sunken px-3 py-2">{url}</code>
            <Button onClick={() => copy(url)}>{t.copy}</Button>
            {profile.status === "approved" && (
              <a className={buttonLook()} href={url} target="_blank" rel="noreferrer">
                {t.open}
              </a>
            )}
          </p>
        </div>
        <TextField
          className="max-w-md"
          label={t.slug}
          hint={t.slugHint}
          maxLength={60}
          value={v.slug}
          onChange={(e) => draft.set("slug", e.target.value)}
          error={faults["slug"]}
        />
        <div className="flex flex-wrap items-end gap-3">
          <Field label={t.accent} hint={t.accentHint} error={faults["accent_color"]}>
            {(wiring) => (
              <input
                type="color"
                className="h-12 w-24 rounded-lg border border-line-strong bg-surface p-1"
                value={v.accent_color || "#1f5c4d"}
                onChange={(e) => draft.set("accent_color", e.target.value)}
                {...wiring}
              />
            )}
          </Field>
          {v.accent_color && <Button onClick={() => draft.set("accent_color", "")}>{t.accentNone}</Button>}
        </div>
        <Fault>{error ? explain(error, ["slug", "accent_color"]) : ""}</Fault>
        <Button type="submit" kind="primary" className="self-end" busy={busy} disabled={!draft.changed}>
          {c.save}
        </Button>
      </form>
    </Section>
  );
}

/** Whose pages may show the booking form, and the line to put there. */
function EmbedForm({ settings }: { settings: Schema["SettingsView"] }) {
  const t = useTexts(words);
  const c = useTexts(common);
  const owner = useMay("changeSettings");
  const copy = useCopy();
  const [typed, setTyped] = useState<string | null>(null);
  const { save, error, busy, dialog } = useSaveSettings(settings.version, () => setTyped(null));
  const faults = Object.entries(fieldFaults(error)).filter(([field]) => field.startsWith("embed_origins"));
  const text = typed ?? settings.embed_origins.join("\n");
  return (
    <Section title={t.embed}>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(e) => {
          e.preventDefault();
          void save({ embed_origins: originsOf(text) });
        }}
      >
        {!owner && <p className="rounded-lg bg-info-soft p-3 text-info">{t.readOnly}</p>}
        <TextArea
          label={t.embedOrigins}
          hint={t.embedHint}
          value={text}
          disabled={!owner}
          placeholder="https://www.example.jp"
          onChange={(e) => setTyped(e.target.value)}
          error={faults[0]?.[1]}
        />
        {settings.embed_origins.length > 0 && (
          <div>
            <p className="font-medium">{t.snippet}</p>
            <code className="my-2 block break-all rounded-lg bg-sunken p-3">{settings.embed_snippet}</code>
            <Button onClick={() => copy(settings.embed_snippet)}>{t.copy}</Button>
          </div>
        )}
        <Fault>
          {error
            ? explain(
                error,
                faults.map(([field]) => field),
              )
            : ""}
        </Fault>
        <Button type="submit" kind="primary" className="self-end" busy={busy} disabled={!owner || typed === null}>
          {c.save}
        </Button>
      </form>
      {dialog}
    </Section>
  );
}
