import { common } from "@/text/common";
import { lang } from "@/text/lang";
import { ApiError } from "./client";

/** Faults by field, as forms show them: `name.ja` for the API's `body.name.ja`. */
export type FieldFaults = Record<string, string>;

/** What a refusal says of single fields, those of the body without its name. */
export function fieldFaults(error: unknown): FieldFaults {
  const faults: FieldFaults = {};
  if (!(error instanceof ApiError)) return faults;
  for (const e of error.problem.errors ?? []) faults[e.location.replace(/^(body|query|path)\./, "")] ??= e.message;
  return faults;
}

/** What happened, in the person's language: the API's own words, or that there was no answer. `known` are the fields that a
 * form shows beside themselves; faults of others are told here, so that none is lost. */
export function explain(error: unknown, known: readonly string[] = []): string {
  const words = common[lang()];
  if (error instanceof ApiError) {
    const { problem } = error;
    if (problem.status === 412) return words.stale;
    const rest = Object.entries(fieldFaults(error)).filter(([field]) => !known.includes(field));
    const text = [problem.detail || problem.title, ...rest.map(([, message]) => message)].join(" ");
    return problem.status >= 500 ? `${text} ${words.requestId(problem.request_id)}` : text;
  }
  return error instanceof TypeError ? words.offline : words.unexpected;
}
