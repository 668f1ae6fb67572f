import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { settingsQuery } from "@/api/business";
import { api, dataOf, isProblem, type Schema } from "@/api/client";
import { useBusiness } from "@/shell/business";
import { useImpact } from "@/ui/impact";

/** Saves changes of the settings, after asking when they leave bookings outside. */
export function useSaveSettings(version: number, done: () => void) {
  const { id } = useBusiness();
  const queries = useQueryClient();
  const impact = useImpact();
  const [error, setError] = useState<unknown>(null);
  const save = async (changes: Schema["SettingsPatch"]) => {
    setError(null);
    try {
      const saved = await impact.ask(async (dry_run) =>
        dataOf(
          await api.PATCH("/api/v1/businesses/{business_id}/settings", {
            params: { path: { business_id: id }, query: { dry_run }, header: { "If-Match": `"${version}"` } },
            body: changes,
          }),
        ),
      );
      if (!saved) return;
      await queries.invalidateQueries({ queryKey: ["business", id] });
      done();
    } catch (e) {
      if (isProblem(e, "precondition.stale")) await queries.invalidateQueries({ queryKey: settingsQuery(id).queryKey });
      setError(e);
    }
  };
  return { save, error, busy: impact.busy, dialog: impact.dialog };
}
