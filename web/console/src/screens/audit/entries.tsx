import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { instant } from "@/text/format";
import { useTexts } from "@/text/texts";
import { actions } from "./actions";
import { difference, type Line, subjectOf } from "./difference";
import { words } from "./texts";

/** An entry of a trail, be it of a business or of the platform. */
export interface Entry {
  key: string;
  at: string;
  actorKind: "customer" | "member" | "operator" | "system" | "api_key";
  actorId: string | null;
  actorName: string | null;
  action: string;
  subject: string;
  reason?: string;
  detail: Record<string, unknown>;
}

interface Props {
  entries: Entry[];
  zone: string;
  /** Of a business: customers are linked to their pages. */
  businessId?: string;
  /** Make who did it, or what it was about, the filter; without them they are words only. */
  onActor?: (id: string, name: string) => void;
  onSubject?: (subject: string) => void;
}

/** What was done, the newest first: who, what, about what, and what it was before. */
export function Entries({ entries, ...around }: Props) {
  return (
    <ol className="divide-y divide-line rounded-xl border border-line bg-surface">
      {entries.map((e) => (
        <li key={e.key} className="grid gap-x-6 gap-y-1 px-4 py-3 md:grid-cols-[11rem_minmax(0,1fr)]">
          <time dateTime={e.at} className="tabular text-sm text-ink-soft">
            {instant(e.at, around.zone)}
          </time>
          <EntryBody entry={e} {...around} />
        </li>
      ))}
    </ol>
  );
}

const uuid = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

const small = "inline-flex min-h-11 items-center rounded underline decoration-line-strong underline-offset-4 hover:decoration-current";

function EntryBody({ entry: e, zone, businessId, onActor, onSubject }: { entry: Entry } & Omit<Props, "entries">) {
  const t = useTexts(words);
  const name = useActorName()(e);
  const about = useSubjectName()(e.subject);
  const done = useActionName()(e.action);
  const { kind, id } = subjectOf(e.subject);
  const lines = difference(e.detail);
  const actorId = e.actorId;
  return (
    <div className="min-w-0">
      <p className="font-medium">{done}</p>
      <p className="flex flex-wrap items-center gap-x-4 text-sm">
        {actorId && onActor ? (
          <button type="button" className={small} title={t.onlyActor(name)} onClick={() => onActor(actorId, name)}>
            <bdi>{name}</bdi>
          </button>
        ) : (
          <span className="inline-flex min-h-11 items-center">
            <bdi>{name}</bdi>
          </span>
        )}
        {onSubject ? (
          <button type="button" className={`${small} text-left text-ink-soft`} title={t.onlySubject} onClick={() => onSubject(e.subject)}>
            {about}
          </button>
        ) : (
          <span className="text-ink-soft">{about}</span>
        )}
        {businessId && kind === "customer" && id && e.action !== "customer.erased" && (
          <Link to="/console/b/$businessId/customers/$customerId" params={{ businessId, customerId: id }} className={small}>
            {t.kinds.customer} →
          </Link>
        )}
      </p>
      {e.reason && (
        <p className="text-sm">
          <span className="text-ink-soft">{t.reason}: </span>
          <bdi>{e.reason}</bdi>
        </p>
      )}
      {lines.length > 0 && (
        <dl className="flex flex-wrap gap-x-6 gap-y-0.5 text-sm">
          {lines.map((line) => (
            <Detail key={line.name} line={line} zone={zone} />
          ))}
        </dl>
      )}
    </div>
  );
}

function Detail({ line, zone }: { line: Line; zone: string }) {
  const t = useTexts(words);
  const show = useValue(zone);
  return (
    <div className="flex min-w-0 gap-x-2">
      <dt className="shrink-0 text-ink-soft">{(t.names as Record<string, string | undefined>)[line.name] ?? line.name}</dt>
      <dd className="min-w-0">
        {"after" in line ? (
          <>
            <del className="text-ink-soft decoration-1">{show(line.before)}</del>
            <span aria-hidden> → </span>
            <ins className="font-medium no-underline">{show(line.after)}</ins>
          </>
        ) : (
          show(line.value)
        )}
      </dd>
    </div>
  );
}

/** A value as people read it: known words, instants in the zone, lists one behind the other. */
function useValue(zone: string): (v: unknown) => ReactNode {
  const t = useTexts(words);
  const known = t.values as Record<string, string | undefined>;
  const show = (v: unknown): string => {
    if (Array.isArray(v)) return v.map(show).join("、");
    if (typeof v === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(v)) return instant(v, zone);
    if (typeof v === "string" && uuid.test(v)) return `…${v.slice(-6)}`;
    if (typeof v === "object" && v !== null) return JSON.stringify(v);
    return known[String(v)] ?? String(v);
  };
  return (v) => <bdi>{show(v)}</bdi>;
}

export function useActionName(): (action: string) => string {
  const t = useTexts(actions);
  return (action) => (t.done as Record<string, string | undefined>)[action] ?? action;
}

export function useActorName(): (e: Pick<Entry, "actorKind" | "actorName">) => string {
  const t = useTexts(words);
  return (e) => e.actorName ?? t.kinds[e.actorKind];
}

/** What an entry is about, in words; of ids the last figures, by which two can be told apart. */
export function useSubjectName(): (subject: string) => string {
  const t = useTexts(words);
  return (subject) => {
    const { kind, id } = subjectOf(subject);
    const name = (t.subjects as Record<string, string | undefined>)[kind] ?? kind;
    if (!id) return name;
    return `${name} ${uuid.test(id) ? `…${id.slice(-6)}` : id}`;
  };
}
