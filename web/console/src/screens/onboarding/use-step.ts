import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { profileQuery } from "@/api/business";
import { statusOf } from "@/api/client";
import { fieldFaults } from "@/api/problem";
import { useBusiness } from "@/shell/business";

/** A step that is sent whole: busy, refused with what is wrong, or done. `run` answers false when the person thought again. */
export function useStep(run: () => Promise<unknown>, onDone: () => Promise<void>) {
  const { id } = useBusiness();
  const queries = useQueryClient();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    setBusy(true);
    setError(null);
    try {
      if ((await run()) !== false) await onDone();
    } catch (e) {
      // Somebody else changed the shop: what is stored now is read, and what was typed stays.
      if (statusOf(e) === 412) await queries.invalidateQueries({ queryKey: profileQuery(id).queryKey });
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return { submit, error, busy, faults: fieldFaults(error) };
}
