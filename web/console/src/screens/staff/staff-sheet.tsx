import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Schema } from "@/api/client";
import { explain } from "@/api/problem";
import { ranksQuery } from "@/screens/menus/queries";
import { useBusiness } from "@/shell/business";
import { common } from "@/text/common";
import { inLang } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Confirm, Dialog } from "@/ui/dialog";
import { CheckField, SelectField } from "@/ui/field";
import { LocalizedField } from "@/ui/localized";
import { NumberField } from "@/ui/number";
import { PhotoField } from "@/ui/photo";
import { Fault } from "@/ui/state";
import { BreaksForm } from "./breaks";
import { useResourceForm } from "./resource-form";
import { ShiftsForm } from "./shifts";
import { SkillsField } from "./skills-field";
import { words } from "./texts";

type Person = Schema["ResourceView"];

const known = ["name.ja", "name.en", "nomination_fee.amount", "nomination_fee", "rank_id"];
const blank = { kind: "staff", name: { ja: "" }, active: true, nominatable: true } as const;

export function StaffSheet({ person, onClose }: { person: Person | null; onClose: () => void }) {
  const t = useTexts(words);
  const lang = useLang();
  const { id } = useBusiness();
  const queries = useQueryClient();
  const part = "mt-4 border-t border-line pt-2";
  const summary = "target flex items-center text-lg font-semibold";
  return (
    <Dialog open onClose={onClose} title={<bdi>{person ? inLang(person.name, lang) : t.add}</bdi>}>
      <ProfileForm person={person} onClose={onClose} />
      {person && (
        <>
          <div className={part}>
            <PhotoField
              businessId={id}
              purpose="staff"
              targetId={person.id}
              photo={person.photo}
              onChange={() => void queries.invalidateQueries({ queryKey: ["business", id] })}
            />
          </div>
          <details className={part}>
            <summary className={summary}>{t.skills}</summary>
            <SkillsField person={person} />
          </details>
          <details className={part}>
            <summary className={summary}>{t.shifts}</summary>
            <p className="text-sm text-ink-soft">{t.shiftsHint}</p>
            <ShiftsForm resource={person} />
          </details>
          <details className={part}>
            <summary className={summary}>{t.breaks}</summary>
            <BreaksForm resource={person} />
          </details>
        </>
      )}
    </Dialog>
  );
}

function ProfileForm({ person, onClose }: { person: Person | null; onClose: () => void }) {
  const t = useTexts(words);
  const c = useTexts(common);
  const lang = useLang();
  const { id } = useBusiness();
  const ranks = useQuery(ranksQuery(id)).data ?? [];
  const [removing, setRemoving] = useState(false);
  const form = useResourceForm(person, blank, t, onClose);
  const { draft, faults } = form;
  const v = draft.value;
  return (
    <>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(e) => {
          e.preventDefault();
          void form.save();
        }}
      >
        <Fault>{form.error ? explain(form.error, known) : ""}</Fault>
        <LocalizedField
          label={t.name}
          required
          maxLength={100}
          value={v.name}
          onChange={(to) => draft.set("name", to)}
          errors={{ ja: faults["name.ja"], en: faults["name.en"] }}
        />
        <CheckField label={t.nominatable} checked={v.nominatable ?? true} onChange={(e) => draft.set("nominatable", e.target.checked)} />
        <div className="grid grid-cols-2 gap-4">
          <NumberField
            label={t.fee}
            min={0}
            value={v.nomination_fee?.amount ?? 0}
            onChange={(n) => draft.set("nomination_fee", { amount: n ?? 0, currency: v.nomination_fee?.currency ?? "JPY" })}
            error={faults["nomination_fee.amount"] ?? faults["nomination_fee"]}
          />
          {ranks.length > 0 && (
            <SelectField
              label={t.rank}
              value={v.rank_id ?? ""}
              onChange={(e) => draft.set("rank_id", e.target.value || null)}
              error={faults["rank_id"]}
            >
              <option value="">{t.noRank}</option>
              {ranks.map((r) => (
                <option key={r.id} value={r.id}>
                  {inLang(r.name, lang)}
                </option>
              ))}
            </SelectField>
          )}
        </div>
        <CheckField label={t.active} checked={v.active ?? true} onChange={(e) => draft.set("active", e.target.checked)} />
        <div className="flex justify-end gap-2">
          {person && (
            <Button className="mr-auto" onClick={() => setRemoving(true)}>
              {c.remove}
            </Button>
          )}
          <Button type="submit" kind="primary" busy={form.busy} disabled={person !== null && !draft.changed}>
            {person ? c.save : c.add}
          </Button>
        </div>
      </form>
      {person && (
        <Confirm
          open={removing}
          onClose={() => setRemoving(false)}
          title={t.deleteTitle(inLang(person.name, lang))}
          action={c.remove}
          danger
          onConfirm={() => {
            setRemoving(false);
            void form.remove();
          }}
        >
          <p>{t.deleteText}</p>
        </Confirm>
      )}
      {form.dialog}
    </>
  );
}
