import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { useBusiness } from "@/shell/business";
import { common } from "@/text/common";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { SelectField, TextArea } from "@/ui/field";
import { Fault } from "@/ui/state";
import { toast } from "@/ui/toast";
import { pageWords } from "./page-texts";
import { notesKey } from "./queries";

type Note = Schema["NoteView"];

interface Props {
  customer: Schema["CustomerDetail"];
  note: Note | null;
  onClose: () => void;
}

/** Writes a note, or changes the text of one. */
export function NoteDialog({ customer, note, onClose }: Props) {
  const t = useTexts(pageWords);
  const c = useTexts(common);
  const { id } = useBusiness();
  const queries = useQueryClient();
  const [kind, setKind] = useState<Note["kind"]>(note?.kind ?? "general");
  const [body, setBody] = useState(note?.body ?? "");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const faults = fieldFaults(error);
  const save = async () => {
    setBusy(true);
    setError(null);
    const path = { business_id: id, customer_id: customer.id };
    try {
      if (note) {
        dataOf(
          await api.PATCH("/api/v1/businesses/{business_id}/customers/{customer_id}/notes/{note_id}", {
            params: { path: { ...path, note_id: note.id }, header: { "If-Match": `"${note.version}"` } },
            body: { body },
          }),
        );
      } else {
        dataOf(
          await api.POST("/api/v1/businesses/{business_id}/customers/{customer_id}/notes", { params: { path }, body: { kind, body } }),
        );
      }
      toast(c.saved);
      onClose();
      await queries.invalidateQueries({ queryKey: notesKey(id, customer.id, kind) });
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title={note ? t.notes : t.addNote} as="box">
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(e) => {
          e.preventDefault();
          void save();
        }}
      >
        <Fault>{error ? explain(error, ["body", "kind"]) : ""}</Fault>
        {!note && (
          <SelectField label={t.noteKind} value={kind} onChange={(e) => setKind(e.target.value as Note["kind"])} error={faults["kind"]}>
            {Object.entries(t.kinds).map(([k, name]) => (
              <option key={k} value={k}>
                {name}
              </option>
            ))}
          </SelectField>
        )}
        {kind !== "general" && customer.health_consent !== "granted" && (
          <p className="rounded-lg bg-warn-soft p-3 text-warn">{t.noConsent}</p>
        )}
        <TextArea
          label={t.note}
          required
          rows={5}
          maxLength={2000}
          value={body}
          onChange={(e) => setBody(e.target.value)}
          error={faults["body"]}
        />
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{c.cancel}</Button>
          <Button type="submit" kind="primary" busy={busy} disabled={body.trim() === ""}>
            {c.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
