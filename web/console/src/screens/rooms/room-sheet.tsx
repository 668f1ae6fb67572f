import { useState } from "react";
import type { Schema } from "@/api/client";
import { explain } from "@/api/problem";
import { useResourceForm } from "@/screens/staff/resource-form";
import { ShiftsForm } from "@/screens/staff/shifts";
import { common } from "@/text/common";
import { inLang } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Confirm, Dialog } from "@/ui/dialog";
import { CheckField, SelectField } from "@/ui/field";
import { LocalizedField } from "@/ui/localized";
import { NumberField } from "@/ui/number";
import { Fault } from "@/ui/state";
import { words } from "./texts";

type Room = Schema["ResourceView"];

const known = ["name.ja", "name.en", "capacity", "min_party", "max_party", "kind"];

export function RoomSheet({ room, onClose }: { room: Room | null; onClose: () => void }) {
  const t = useTexts(words);
  const c = useTexts(common);
  const lang = useLang();
  const [removing, setRemoving] = useState(false);
  const form = useResourceForm(room, { kind: "room", name: { ja: "" }, capacity: 1, active: true }, t, onClose);
  const { draft, faults } = form;
  const v = draft.value;
  return (
    <Dialog open onClose={onClose} title={<bdi>{room ? inLang(room.name, lang) : t.add}</bdi>}>
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
        {!room && (
          <SelectField
            label={t.kind}
            value={v.kind}
            onChange={(e) => draft.set("kind", e.target.value as Room["kind"])}
            error={faults["kind"]}
          >
            {(["room", "seat", "equipment"] as const).map((kind) => (
              <option key={kind} value={kind}>
                {t.kinds[kind]}
              </option>
            ))}
          </SelectField>
        )}
        <NumberField
          label={t.capacity}
          hint={t.capacityHint}
          min={1}
          max={200}
          value={v.capacity ?? 1}
          onChange={(n) => draft.set("capacity", n ?? 1)}
          error={faults["capacity"]}
        />
        <div className="grid grid-cols-2 gap-4">
          <NumberField
            label={t.minParty}
            min={1}
            max={500}
            value={v.min_party ?? 1}
            onChange={(n) => draft.set("min_party", n ?? 1)}
            error={faults["min_party"]}
          />
          <NumberField
            label={t.maxParty}
            min={1}
            max={500}
            value={v.max_party ?? 500}
            onChange={(n) => draft.set("max_party", n ?? 500)}
            error={faults["max_party"]}
          />
        </div>
        <CheckField label={t.active} checked={v.active ?? true} onChange={(e) => draft.set("active", e.target.checked)} />
        <div className="flex justify-end gap-2">
          {room && (
            <Button className="mr-auto" onClick={() => setRemoving(true)}>
              {c.remove}
            </Button>
          )}
          <Button type="submit" kind="primary" busy={form.busy} disabled={room !== null && !draft.changed}>
            {room ? c.save : c.add}
          </Button>
        </div>
      </form>
      {room && (
        <details className="mt-6 border-t border-line pt-3">
          <summary className="target flex items-center font-medium">{t.shifts}</summary>
          <p className="text-sm text-ink-soft">{t.shiftsHint}</p>
          <ShiftsForm resource={room} />
        </details>
      )}
      {room && (
        <Confirm
          open={removing}
          onClose={() => setRemoving(false)}
          title={t.deleteTitle(inLang(room.name, lang))}
          action={c.remove}
          danger
          busy={form.busy}
          onConfirm={() => {
            setRemoving(false);
            void form.remove();
          }}
        >
          <p>{t.deleteText}</p>
        </Confirm>
      )}
      {form.dialog}
    </Dialog>
  );
}
