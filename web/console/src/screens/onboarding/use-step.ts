import { type FormEvent, useState } from "react";
import { fieldFaults } from "@/api/problem";

/** A step that is sent whole: busy, refused with what is wrong, or done. */
export function useStep(run: () => Promise<unknown>, onDone: () => Promise<void>) {
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await run();
      await onDone();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return { submit, error, busy, faults: fieldFaults(error) };
}
