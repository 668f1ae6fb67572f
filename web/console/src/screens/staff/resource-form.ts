import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { resourcesQuery } from "@/api/business";
import { api, dataOf, isProblem, type Schema } from "@/api/client";
import { fieldFaults } from "@/api/problem";
import { useBusiness } from "@/shell/business";
import { useDraft } from "@/ui/draft";
import { useImpact } from "@/ui/impact";
import { toast } from "@/ui/toast";

type Resource = Schema["ResourceView"];
export type ResourceDraft = Schema["CreateResourceBody"];

interface Words {
  created: string;
  deleted: string;
}

/** Somebody of the staff, a room or a thing that is typed: made, changed and deleted, with what that does to bookings. */
export function useResourceForm(stored: Resource | null, blank: ResourceDraft, words: Words, onDone: () => void) {
  const { id } = useBusiness();
  const queries = useQueryClient();
  const impact = useImpact();
  const draft = useDraft<ResourceDraft>(
    stored
      ? {
          kind: stored.kind,
          name: stored.name,
          active: stored.active,
          capacity: stored.capacity,
          min_party: stored.min_party,
          max_party: stored.max_party,
          nominatable: stored.nominatable,
          nomination_fee: stored.nomination_fee,
          rank_id: stored.rank_id,
        }
      : blank,
  );
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  const attempt = async (change: () => Promise<boolean>) => {
    setBusy(true);
    setError(null);
    try {
      if (!(await change())) return;
      await queries.invalidateQueries({ queryKey: ["business", id] });
      onDone();
    } catch (e) {
      if (isProblem(e, "precondition.stale")) await queries.invalidateQueries({ queryKey: resourcesQuery(id).queryKey });
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  const one = (r: Resource) => ({ path: { business_id: id, resource_id: r.id }, header: { "If-Match": `"${r.version}"` } });
  const save = () =>
    attempt(async () => {
      const { kind: _, ...changes } = draft.changes;
      if (stored) {
        return impact.ask(async (dry_run) =>
          dataOf(
            await api.PATCH("/api/v1/businesses/{business_id}/resources/{resource_id}", {
              params: { ...one(stored), query: { dry_run } },
              body: changes,
            }),
          ),
        );
      }
      dataOf(await api.POST("/api/v1/businesses/{business_id}/resources", { params: { path: { business_id: id } }, body: draft.value }));
      toast(words.created);
      return true;
    });
  const remove = () =>
    attempt(async () => {
      if (!stored) return false;
      return impact.ask(async (dry_run) =>
        dataOf(
          await api.DELETE("/api/v1/businesses/{business_id}/resources/{resource_id}", { params: { ...one(stored), query: { dry_run } } }),
        ),
      );
    });
  return { draft, error, faults: fieldFaults(error), busy: busy || impact.busy, dialog: impact.dialog, save, remove };
}
