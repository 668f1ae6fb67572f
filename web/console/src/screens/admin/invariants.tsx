import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, dataOf, type Schema } from "@/api/client";
import { everything } from "@/api/list";
import { instant } from "@/text/format";
import { texts, useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { toastFault } from "@/ui/impact";
import { Badge, Section } from "@/ui/page";
import { invariantNames } from "./invariant-names";
import { AdminAwait } from "./strong";
import { platformZone } from "./texts";

type Invariant = Schema["InvariantView"];

const own = texts({
  ja: {
    title: "整合性",
    intro: "保存されたすべてのデータが、いつでも満たしているはずの約束です。1時間ごとに自動で点検されます。",
    all: "すべて点検する",
    run: "点検する",
    states: { unknown: "未点検", holds: "満たしている", broken: "破れている" },
    waiting: "点検待ち",
    checked: (when: string, rows: number, ms: number) => `${when}に${rows.toLocaleString()}行を確認(${ms}ミリ秒)`,
    breaches: (n: number) => `${n}件が約束を破っています`,
    examples: "例",
  },
  en: {
    title: "Invariants",
    intro: "What must hold of everything stored, at any time. Each is looked at once an hour.",
    all: "Look at all now",
    run: "Run now",
    states: { unknown: "Not looked at yet", holds: "Holds", broken: "Broken" },
    waiting: "Waiting",
    checked: (when: string, rows: number, ms: number) => `${when}: ${rows.toLocaleString()} rows (${ms} ms)`,
    breaches: (n: number) => `${n} in breach`,
    examples: "Examples",
  },
});

const looks = {
  unknown: { tone: "calm", icon: "?" },
  holds: { tone: "good", icon: "✓" },
  broken: { tone: "bad", icon: "✕" },
} as const;

/** What must hold of everything stored, what the last look found, and another look. */
export function Invariants() {
  const t = useTexts(own);
  const queries = useQueryClient();
  const key = ["admin", "invariants"];
  const query = useQuery({
    queryKey: key,
    queryFn: () =>
      everything(async (cursor) =>
        dataOf(await api.GET("/api/v1/admin/invariants", { params: { query: { limit: 100, ...(cursor && { cursor }) } } })),
      ),
    // While somebody waits for a look, its result is asked for often.
    refetchInterval: (q) => (q.state.data?.some((i) => i.waiting) ? 2_000 : 60_000),
  });
  const run = useMutation({
    mutationFn: async (names: string[] | undefined) =>
      dataOf(await api.POST("/api/v1/admin/invariants/run", { body: names ? { invariants: names } : {} })),
    onSuccess: (asked) => queries.setQueryData(key, asked.items),
    onError: toastFault,
  });
  return (
    <Section
      title={t.title}
      actions={
        <Button busy={run.isPending && run.variables === undefined} onClick={() => run.mutate(undefined)}>
          {t.all}
        </Button>
      }
    >
      <p className="mb-3 text-ink-soft">{t.intro}</p>
      <AdminAwait query={query}>
        {(items) => (
          <ul className="divide-y divide-line">
            {items.map((i) => (
              <Row key={i.name} invariant={i} onRun={() => run.mutate([i.name])} busy={run.isPending && run.variables?.[0] === i.name} />
            ))}
          </ul>
        )}
      </AdminAwait>
    </Section>
  );
}

function Row({ invariant: i, onRun, busy }: { invariant: Invariant; onRun: () => void; busy: boolean }) {
  const t = useTexts(own);
  const names = useTexts(invariantNames);
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-2">
      <div className="min-w-0 flex-1 basis-72">
        <p>
          <span className="tabular mr-2 font-medium">{i.name}</span>
          {(names.what as Record<string, string | undefined>)[i.name] ?? i.what}
        </p>
        {i.checked_at && (
          <p className="tabular text-sm text-ink-soft">{t.checked(instant(i.checked_at, platformZone), i.checked, i.took_ms)}</p>
        )}
        {i.state === "broken" && (
          <div className="mt-1 rounded-lg bg-bad-soft p-3 text-bad">
            <p className="font-medium">{t.breaches(i.breaches)}</p>
            {(i.examples ?? []).length > 0 && (
              <details>
                <summary className="target flex items-center">{t.examples}</summary>
                <ul className="text-sm">
                  {(i.examples ?? []).map((e) => (
                    <li key={e}>
                      <code className="break-all">{e}</code>
                    </li>
                  ))}
                </ul>
              </details>
            )}
          </div>
        )}
      </div>
      <span className="flex items-center gap-3">
        {i.waiting && (
          <Badge tone="info" icon="◷">
            {t.waiting}
          </Badge>
        )}
        <Badge tone={looks[i.state].tone} icon={looks[i.state].icon}>
          {t.states[i.state]}
        </Badge>
        <Button aria-label={`${t.run}: ${i.name}`} busy={busy} disabled={i.waiting} onClick={onRun}>
          {t.run}
        </Button>
      </span>
    </li>
  );
}
