/** One line of what an entry of the trail says: a value that became another, or a value alone. */
export interface Line {
  name: string;
  value?: unknown;
  before?: unknown;
  after?: unknown;
}

const isDate = (v: unknown): v is string => typeof v === "string" && /^\d{4}-\d\d-\d\d$/.test(v);
const isEmpty = (v: unknown) =>
  v === null || v === undefined || v === "" || (Array.isArray(v) ? v.length === 0 : typeof v === "object" && Object.keys(v).length === 0);

/** What only says that nothing of the kind happened. */
const silentWhenFalse = ["overridden", "dry_run", "resource", "imported"];

/** The pair of a value that stands as [before, after]. */
function pair(v: unknown): [unknown, unknown] | undefined {
  const two = Array.isArray(v) && v.length === 2 && v.every((x) => typeof x === "boolean" || typeof x === "number");
  return two ? [v[0], v[1]] : undefined;
}

/** What an entry's detail says, as lines for people: spans of dates as one, states as before and after, and nothing of what is
 * empty or did not change. */
export function difference(detail: Record<string, unknown>): Line[] {
  const lines: Line[] = [];
  const rest = { ...detail };
  for (const [from, to] of [
    ["from", "to"],
    ["from_date", "to_date"],
  ] as const) {
    const [before, after] = [rest[from], rest[to]];
    if (isDate(before) && isDate(after)) lines.push({ name: "span", value: before === after ? before : `${before} – ${after}` });
    else if (from === "from" && before !== undefined && after !== undefined) {
      if (before !== after) lines.push({ name: "state", before, after });
    } else continue;
    delete rest[from];
    delete rest[to];
  }
  for (const [name, value] of Object.entries(rest)) {
    const two = pair(value);
    if (two) {
      if (two[0] !== two[1]) lines.push({ name, before: two[0], after: two[1] });
    } else if (!isEmpty(value) && !(value === false && silentWhenFalse.includes(name))) lines.push({ name, value });
  }
  return lines;
}

/** The kind of a subject and its id: `booking:0193…`. */
export function subjectOf(subject: string): { kind: string; id: string } {
  const at = subject.indexOf(":");
  return at < 0 ? { kind: subject, id: "" } : { kind: subject.slice(0, at), id: subject.slice(at + 1) };
}

/** The instant at which a date begins in a zone, as the API wants it. */
export function dayBegins(date: string, zone: string): string {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  let at = midnight;
  for (let i = 0; i < 2; i++) at = midnight - offset(at, zone); // twice: the offset is that of the result
  return new Date(at).toISOString();
}

/** By how much the clocks of a zone are before UTC at an instant. */
function offset(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" }).format(new Date(at));
  return Date.parse(`${parts.replace(" ", "T")}Z`) - Math.floor(at / 1000) * 1000;
}
