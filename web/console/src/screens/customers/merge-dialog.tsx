import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { explain } from "@/api/problem";
import { useBusiness } from "@/shell/business";
import { common } from "@/text/common";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Badge, Table } from "@/ui/page";
import { Await, Fault } from "@/ui/state";
import { toast } from "@/ui/toast";
import { pageWords } from "./page-texts";
import { fullName, mergePreview } from "./person";
import { customerQuery, notesKey } from "./queries";
import { words } from "./texts";

interface Props {
  customer: Schema["CustomerDetail"];
  other: string;
  onClose: () => void;
}

/** Makes two records of one person one, after showing which values stay. */
export function MergeDialog({ customer, other, onClose }: Props) {
  const t = useTexts(pageWords);
  const c = useTexts(common);
  const { id } = useBusiness();
  const queries = useQueryClient();
  const query = useQuery(customerQuery(id, other));
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const merge = async () => {
    setBusy(true);
    setError(null);
    try {
      dataOf(
        await api.POST("/api/v1/businesses/{business_id}/customers/{customer_id}/merge", {
          params: { path: { business_id: id, customer_id: customer.id }, header: { "If-Match": `"${customer.version}"` } },
          body: { other_id: other },
        }),
      );
      toast(t.mergedDone);
      onClose();
      queries.removeQueries({ queryKey: customerQuery(id, other).queryKey }); // it is there no more
      await queries.invalidateQueries({ queryKey: ["business", id, "customers"], predicate: (q) => q.queryKey[3] !== other });
      await queries.invalidateQueries({ queryKey: notesKey(id, customer.id, "sealed") });
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title={t.mergeTitle}>
      <Await query={query}>
        {(theirs) => (
          <div className="flex flex-col gap-4">
            <Fault>{error ? explain(error) : ""}</Fault>
            <p>{t.mergeText}</p>
            <Preview mine={customer} theirs={theirs} />
            <p className="rounded-lg bg-warn-soft p-3 text-warn">{t.mergeWarn}</p>
            <p className="text-sm text-ink-soft">
              {t.otherWay}{" "}
              <Link
                to="/console/b/$businessId/customers/$customerId"
                params={{ businessId: id, customerId: other }}
                className="inline-flex min-h-11 items-center underline"
              >
                <bdi>{fullName(theirs) || t.theirs}</bdi>
              </Link>
            </p>
            <div className="flex flex-wrap justify-end gap-2">
              <Button onClick={onClose}>{c.cancel}</Button>
              <Button kind="danger" busy={busy} onClick={() => void merge()}>
                {t.merge}
              </Button>
            </div>
          </div>
        )}
      </Await>
    </Dialog>
  );
}

function Preview({ mine, theirs }: { mine: Schema["CustomerDetail"]; theirs: Schema["CustomerDetail"] }) {
  const t = useTexts(pageWords);
  const w = useTexts(words);
  return (
    <Table
      caption={t.mergeTitle}
      head={
        <tr>
          <th>{t.item}</th>
          <th>{t.result}</th>
          <th>{t.theirs}</th>
        </tr>
      }
    >
      {mergePreview(mine, theirs).map((k) => (
        <tr key={k.field}>
          <th scope="row" className="whitespace-nowrap">
            {w.fields[k.field]}
          </th>
          <td className="font-medium">
            <bdi>{k.result || "–"}</bdi> {k.taken && <Badge tone="info">{t.fromOther}</Badge>}
          </td>
          <td className="text-ink-soft">
            <bdi>{k.theirs || "–"}</bdi>
          </td>
        </tr>
      ))}
      <tr>
        <th scope="row">{w.count}</th>
        <td className="tabular font-medium">{w.times(mine.visit_count + theirs.visit_count)}</td>
        <td className="tabular text-ink-soft">{w.times(theirs.visit_count)}</td>
      </tr>
    </Table>
  );
}
