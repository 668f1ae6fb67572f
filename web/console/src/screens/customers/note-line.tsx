import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { profileQuery } from "@/api/business";
import { api, dataOf, type Schema } from "@/api/client";
import { explain } from "@/api/problem";
import { useBusiness } from "@/shell/business";
import { common } from "@/text/common";
import { instant } from "@/text/format";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/dialog";
import { Badge } from "@/ui/page";
import { toast } from "@/ui/toast";
import { NoteDialog } from "./note-dialog";
import { pageWords } from "./page-texts";
import { notesKey } from "./queries";

export function NoteLine({ customer, note: n }: { customer: Schema["CustomerDetail"]; note: Schema["NoteView"] }) {
  const t = useTexts(pageWords);
  const c = useTexts(common);
  const { id } = useBusiness();
  const queries = useQueryClient();
  const zone = useQuery(profileQuery(id)).data?.timezone ?? "Asia/Tokyo";
  const [open, setOpen] = useState<"edit" | "remove" | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const author = (t.by as Record<string, string | undefined>)[n.author] ?? n.author;
  const remove = async () => {
    setBusy(true);
    setError(null);
    try {
      const { error: refused } = await api.DELETE("/api/v1/businesses/{business_id}/customers/{customer_id}/notes/{note_id}", {
        params: { path: { business_id: id, customer_id: customer.id, note_id: n.id }, header: { "If-Match": `"${n.version}"` } },
      });
      dataOf({ error: refused });
      toast(t.noteRemoved);
      setOpen(null);
      await queries.invalidateQueries({ queryKey: notesKey(id, customer.id, n.kind) });
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <li className="py-3">
      <p className="whitespace-pre-line">
        {n.kind !== "general" && (
          <>
            <Badge tone="warn" icon="⚠">
              {t.kinds[n.kind]}
            </Badge>{" "}
          </>
        )}
        <bdi>{n.body}</bdi>
      </p>
      <div className="flex flex-wrap items-center justify-between gap-x-4">
        <span className="text-sm text-ink-soft">
          {t.written(author, instant(n.created_at, zone))}
          {n.updated_at !== n.created_at && ` · ${t.changedAt(instant(n.updated_at, zone))}`}
        </span>
        <span className="flex gap-1">
          <Button kind="quiet" className="text-sm" aria-label={`${c.edit}: ${n.body.slice(0, 30)}`} onClick={() => setOpen("edit")}>
            {c.edit}
          </Button>
          <Button kind="quiet" className="text-sm" aria-label={`${c.remove}: ${n.body.slice(0, 30)}`} onClick={() => setOpen("remove")}>
            {c.remove}
          </Button>
        </span>
      </div>
      {open === "edit" && <NoteDialog customer={customer} note={n} onClose={() => setOpen(null)} />}
      <Confirm
        open={open === "remove"}
        onClose={() => setOpen(null)}
        title={t.removeNote}
        action={c.remove}
        danger
        busy={busy}
        error={error ? explain(error) : undefined}
        onConfirm={() => void remove()}
      >
        <p className="line-clamp-4 whitespace-pre-line rounded-lg bg-sunken p-3">
          <bdi>{n.body}</bdi>
        </p>
        <p>{t.removeNoteText}</p>
      </Confirm>
    </li>
  );
}
