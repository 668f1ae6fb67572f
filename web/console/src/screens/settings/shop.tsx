import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { profileQuery } from "@/api/business";
import { api, dataOf, isProblem, type Schema } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { useBusiness, useMay } from "@/shell/business";
import { common } from "@/text/common";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { useDraft } from "@/ui/draft";
import { SelectField, TextField } from "@/ui/field";
import { LocalizedField } from "@/ui/localized";
import { Section } from "@/ui/page";
import { Await, Fault } from "@/ui/state";
import { toast } from "@/ui/toast";
import { Accepting } from "./accepting";
import { words } from "./texts";

type Profile = Schema["BusinessView"];

const known = [
  "name.ja",
  "name.en",
  "description.ja",
  "description.en",
  "vertical",
  "postal_code",
  "prefecture",
  "city",
  "address_line",
  "phone",
  "email",
];

export function ShopPart() {
  const { id } = useBusiness();
  const query = useQuery(profileQuery(id));
  return (
    <Await query={query}>
      {(profile) => (
        <>
          <Status profile={profile} />
          {profile.status === "approved" && <Accepting />}
          <ProfileForm profile={profile} />
        </>
      )}
    </Await>
  );
}

/** Whether the shop is public, and the way there. */
function Status({ profile }: { profile: Profile }) {
  const t = useTexts(words);
  const { id } = useBusiness();
  const owner = useMay("changeSettings");
  const queries = useQueryClient();
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    setBusy(true);
    setFault("");
    try {
      dataOf(await api.POST("/api/v1/businesses/{business_id}/submit", { params: { path: { business_id: id } } }));
      toast(t.submitted);
      await Promise.all([
        queries.invalidateQueries({ queryKey: ["business", id, "profile"] }),
        queries.invalidateQueries({ queryKey: ["businesses"] }),
      ]);
    } catch (error) {
      setFault(explain(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Section title={t.status}>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p>
          {t.statuses[profile.status]} {profile.status_reason && <bdi className="text-ink-soft">{profile.status_reason}</bdi>}
        </p>
        {owner && (profile.status === "draft" || profile.status === "rejected") && (
          <Button kind="primary" busy={busy} onClick={() => void submit()}>
            {t.submit}
          </Button>
        )}
      </div>
      <Fault>{fault}</Fault>
    </Section>
  );
}

function ProfileForm({ profile }: { profile: Profile }) {
  const t = useTexts(words);
  const c = useTexts(common);
  const { id } = useBusiness();
  const queries = useQueryClient();
  const draft = useDraft(profile);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [postal, setPostal] = useState("");
  const faults = fieldFaults(error);
  const v = draft.value;

  const save = async (e: React.FormEvent) => {
    e.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const { name, description, vertical, postal_code, prefecture, city, address_line, phone, email } = draft.changes;
      const saved = dataOf(
        await api.PATCH("/api/v1/businesses/{business_id}", {
          params: { path: { business_id: id }, header: { "If-Match": `"${profile.version}"` } },
          body: { name, description, vertical, postal_code, prefecture, city, address_line, phone, email },
        }),
      );
      queries.setQueryData(profileQuery(id).queryKey, saved);
      void queries.invalidateQueries({ queryKey: ["businesses"] });
      void queries.invalidateQueries({ queryKey: ["business", id, "settings"] });
      draft.reset();
      toast(c.saved);
    } catch (e) {
      if (isProblem(e, "precondition.stale")) await queries.invalidateQueries({ queryKey: profileQuery(id).queryKey });
      setError(e);
    } finally {
      setBusy(false);
    }
  };

  const lookUp = async () => {
    setPostal("");
    try {
      const found = dataOf(
        await api.GET("/api/v1/public/postal-codes/{postal_code}", { params: { path: { postal_code: v.postal_code } } }),
      );
      const place = found.places[0];
      if (!place) return;
      draft.set("prefecture", place.prefecture);
      draft.set("city", place.city);
      draft.set("address_line", place.town);
    } catch {
      setPostal(t.postalUnknown);
    }
  };

  const line = (key: "prefecture" | "city" | "address_line" | "phone" | "email", label: string, more: object = {}) => (
    <TextField label={label} value={v[key]} onChange={(e) => draft.set(key, e.target.value)} error={faults[key]} {...more} />
  );
  return (
    <Section title={t.profile}>
      <form onSubmit={(e) => void save(e)} className="flex flex-col gap-4" noValidate>
        <Fault>{error ? explain(error, known) : ""}</Fault>
        <LocalizedField
          label={t.name}
          value={v.name}
          required
          maxLength={100}
          onChange={(to) => draft.set("name", to)}
          errors={{ ja: faults["name.ja"], en: faults["name.en"] }}
        />
        <LocalizedField
          label={t.description}
          value={v.description}
          long
          maxLength={5000}
          onChange={(to) => draft.set("description", to)}
          errors={{ ja: faults["description.ja"], en: faults["description.en"] }}
        />
        <SelectField
          label={t.vertical}
          value={v.vertical}
          error={faults["vertical"]}
          onChange={(e) => draft.set("vertical", e.target.value as Profile["vertical"])}
        >
          {Object.entries(t.verticals).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </SelectField>
        <div className="flex flex-wrap items-end gap-3">
          <TextField
            label={t.postalCode}
            value={v.postal_code}
            inputMode="numeric"
            autoComplete="postal-code"
            onChange={(e) => draft.set("postal_code", e.target.value)}
            error={faults["postal_code"] ?? (postal || undefined)}
            className="w-44"
          />
          <Button onClick={() => void lookUp()} disabled={!v.postal_code}>
            {t.lookUp}
          </Button>
        </div>
        <div className="grid gap-4 sm:grid-cols-3">
          {line("prefecture", t.prefecture)}
          {line("city", t.city)}
          {line("address_line", t.addressLine)}
        </div>
        <div className="grid gap-4 sm:grid-cols-2">
          {line("phone", t.phone, { type: "tel", value: draft.changes.phone ?? profile.phone_national })}
          {line("email", t.email, { type: "email" })}
        </div>
        <div className="flex justify-end">
          <Button type="submit" kind="primary" busy={busy} disabled={!draft.changed}>
            {c.save}
          </Button>
        </div>
      </form>
    </Section>
  );
}
