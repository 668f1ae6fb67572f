import type { Schema } from "@/api/client";

/** A code as it was meant: any width, without the gaps in which apps show it. */
export function readCode(typed: string): string {
  return typed.normalize("NFKC").replaceAll(/\s/g, "");
}

/** Six digits are of an app; anything else is taken for a recovery code. */
export function proofOf(typed: string): Schema["StepUpBody"] {
  const code = readCode(typed);
  return /^\d{6}$/.test(code) ? { code } : { recovery_code: code };
}
