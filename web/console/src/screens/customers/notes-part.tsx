import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { everything } from "@/api/list";
import { useBusiness } from "@/shell/business";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Section } from "@/ui/page";
import { Await } from "@/ui/state";
import { NoteDialog } from "./note-dialog";
import { NoteLine } from "./note-line";
import { pageWords } from "./page-texts";
import { notesKey } from "./queries";

type Customer = Schema["CustomerDetail"];
type Kind = Schema["NoteView"]["kind"];

/** All notes of a kind; there are two hundred of a customer at most. */
function readNotes(business: string, customer: string, kind: Kind) {
  return everything(async (cursor) =>
    dataOf(
      await api.GET("/api/v1/businesses/{business_id}/customers/{customer_id}/notes", {
        params: { path: { business_id: business, customer_id: customer }, query: { kind, limit: 100, ...(cursor && { cursor }) } },
      }),
    ),
  );
}

/** What members noted. Allergy and health notes are read on demand only: each reading is recorded. */
export function NotesPart({ customer }: { customer: Customer }) {
  const t = useTexts(pageWords);
  const [adding, setAdding] = useState(false);
  const [shown, setShown] = useState(false);
  return (
    <Section title={t.notes} actions={<Button onClick={() => setAdding(true)}>{t.addNote}</Button>}>
      <General customer={customer} />
      <div className="mt-4 border-t border-line pt-4">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <h3 className="font-medium">{t.sealed}</h3>
          <Button aria-expanded={shown} onClick={() => setShown(!shown)}>
            {shown ? t.hide : t.reveal}
          </Button>
        </div>
        {shown ? <Sealed customer={customer} /> : <p className="mt-1 text-sm text-ink-soft">{t.sealedText}</p>}
      </div>
      {adding && <NoteDialog customer={customer} note={null} onClose={() => setAdding(false)} />}
    </Section>
  );
}

function General({ customer }: { customer: Customer }) {
  const t = useTexts(pageWords);
  const { id } = useBusiness();
  const query = useQuery({
    queryKey: notesKey(id, customer.id, "general"),
    queryFn: () => readNotes(id, customer.id, "general"),
  });
  return <Await query={query}>{(notes) => <Lines customer={customer} notes={notes} none={t.noNotes} />}</Await>;
}

/** Read once when it is opened, not whenever the window is looked at again, and forgotten when it is closed. */
function Sealed({ customer }: { customer: Customer }) {
  const t = useTexts(pageWords);
  const { id } = useBusiness();
  const query = useQuery({
    queryKey: notesKey(id, customer.id, "sealed"),
    queryFn: async () => [...(await readNotes(id, customer.id, "allergy")), ...(await readNotes(id, customer.id, "health"))],
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  return <Await query={query}>{(notes) => <Lines customer={customer} notes={notes} none={t.noSealed} />}</Await>;
}

function Lines({ customer, notes, none }: { customer: Customer; notes: Schema["NoteView"][]; none: string }) {
  if (notes.length === 0) return <p className="text-ink-soft">{none}</p>;
  return (
    <ul className="divide-y divide-line">
      {notes.map((n) => (
        <NoteLine key={n.id} customer={customer} note={n} />
      ))}
    </ul>
  );
}
