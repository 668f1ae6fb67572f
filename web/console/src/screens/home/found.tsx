import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, dataOf, isProblem, type Schema } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { Resend } from "@/screens/account/sign-up";
import { words as trades } from "@/screens/settings/texts";
import { texts, useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { SelectField, TextField } from "@/ui/field";
import { LocalizedField } from "@/ui/localized";
import { Section } from "@/ui/page";
import { Fault } from "@/ui/state";
import { slugOf } from "./slug";

const words = texts({
  ja: {
    title: "店舗を開設する",
    text: "お名前と業種だけで始められます。ほかのことは、次の画面で順番に決めていきます。",
    name: "店舗名",
    vertical: "業種",
    slug: "予約ページのアドレス",
    slugHint: (url: string) => `${url} お店の名前をローマ字でどうぞ。空欄ならこちらでお作りし、あとから変えられます。`,
    go: "はじめる",
    verify: "店舗を開設する前に、メールアドレスの確認をお願いします。お送りしたメールのリンクを開いてから、もう一度お試しください。",
  },
  en: {
    title: "Open a shop",
    text: "A name and a trade are enough to begin; the next screen asks for the rest, step by step.",
    name: "Name of the shop",
    vertical: "Trade",
    slug: "Address of the booking page",
    slugHint: (url: string) => `${url} Your name in Latin letters. Left empty we make one up; you can change it later.`,
    go: "Begin",
    verify: "Before you open a shop, please follow the link of the mail that we sent to verify your address, and try again.",
  },
});

type Vertical = Schema["BusinessView"]["vertical"];

/** Founds a business, and goes on to its first steps. */
export function FoundForm({ person }: { person: Schema["PersonView"] }) {
  const t = useTexts(words);
  const { verticals } = useTexts(trades);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState<{ ja: string } & Record<string, string>>({ ja: "" });
  const [typedSlug, setSlug] = useState<string | null>(null);
  const slug = typedSlug ?? slugOf(name);
  const [vertical, setVertical] = useState<Vertical>("hair_salon");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const faults = fieldFaults(error);
  const unverified = isProblem(error, "auth.email_unverified");
  const found = async () => {
    setBusy(true);
    setError(null);
    try {
      const b = dataOf(await api.POST("/api/v1/businesses", { body: { name, vertical, email: person.email, ...(slug && { slug }) } }));
      await queries.invalidateQueries({ queryKey: ["businesses"] });
      await navigate({ to: "/console/b/$businessId/onboarding", params: { businessId: b.id } });
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Section title={t.title}>
      <form
        noValidate
        className="flex max-w-2xl flex-col gap-4"
        onSubmit={(e) => {
          e.preventDefault();
          void found();
        }}
      >
        <p className="text-ink-soft">{t.text}</p>
        {unverified ? (
          <div className="flex flex-col gap-3 rounded-lg bg-warn-soft p-3 text-warn" role="alert">
            <p>{t.verify}</p>
            <Resend email={person.email} />
          </div>
        ) : (
          <Fault>{error ? explain(error, ["name.ja", "name.en", "vertical", "slug"]) : ""}</Fault>
        )}
        <LocalizedField
          label={t.name}
          required
          maxLength={100}
          value={name}
          onChange={setName}
          errors={{ ja: faults["name.ja"], en: faults["name.en"] }}
        />
        <SelectField
          label={t.vertical}
          value={vertical}
          onChange={(e) => setVertical(e.target.value as Vertical)}
          error={faults["vertical"]}
        >
          {Object.entries(verticals).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </SelectField>
        <TextField
          label={t.slug}
          hint={<bdi>{t.slugHint(`${location.origin}/${slug}`)}</bdi>}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          lang="en"
          maxLength={60}
          value={slug}
          onChange={(e) => setSlug(e.target.value)}
          error={faults["slug"]}
        />
        <Button type="submit" kind="primary" className="self-start" busy={busy}>
          {t.go}
        </Button>
      </form>
    </Section>
  );
}
