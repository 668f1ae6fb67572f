import { useQuery } from "@tanstack/react-query";
import { api, dataOf, type Schema } from "@/api/client";
import { instant } from "@/text/format";
import { texts, useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Badge, Page, Section } from "@/ui/page";
import { Invariants } from "./invariants";
import { AdminAwait } from "./strong";
import { platformZone } from "./texts";

type Health = Schema["HealthView"];

const own = texts({
  ja: {
    title: "稼働状況",
    again: "今すぐ確かめる",
    program: "プログラム",
    version: "バージョン",
    started: "起動",
    asked: "確認した時刻",
    dependencies: "つながっているもの",
    names: {
      postgresql: "データベース(PostgreSQL)",
      clock: "データベースとの時計のずれ",
      workers: "ジョブの実行役",
      mail: "メールサーバー",
    },
    states: { ok: "正常", failed: "異常", unset: "未設定" },
    hints: {
      postgresql: "応答がありません。サーバーのログをご確認ください。",
      clock: "時計が2秒以上ずれているか、確かめられません。期限の計算がずれるおそれがあります。",
      workers: "ジョブを実行するプロセスが見つかりません。メールや期限の処理が止まっています。",
      mail: "接続できません。メールは届くまで再試行されます。",
    },
    took: (ms: number) => `${ms}ミリ秒`,
    migrations: "データベースの構成",
    applied: "適用済み",
    pending: "未適用",
    allApplied: (n: number) => `${n}段階すべて適用済みです。`,
    noAnswer: "データベースから応答がないため、表示できません。",
  },
  en: {
    title: "Health",
    again: "Look now",
    program: "Program",
    version: "Version",
    started: "Started",
    asked: "Looked at",
    dependencies: "Dependencies",
    names: { postgresql: "Database (PostgreSQL)", clock: "Clock of the database", workers: "Job workers", mail: "Mail server" },
    states: { ok: "OK", failed: "Failed", unset: "Not configured" },
    hints: {
      postgresql: "It does not answer. The log of the server tells why.",
      clock: "It differs by more than 2 seconds, or cannot be read. Deadlines may be off.",
      workers: "No process works on jobs: mails and deadlines stand still.",
      mail: "It cannot be reached. Mails are tried again until they go out.",
    },
    took: (ms: number) => `${ms} ms`,
    migrations: "Schema of the database",
    applied: "applied",
    pending: "pending",
    allApplied: (n: number) => `All ${n} steps are applied.`,
    noAnswer: "The database does not answer.",
  },
});

const looks = {
  ok: { tone: "good", icon: "✓" },
  failed: { tone: "bad", icon: "✕" },
  unset: { tone: "calm", icon: "–" },
} as const;

export function AdminHealth() {
  const t = useTexts(own);
  const query = useQuery({
    queryKey: ["admin", "health"],
    queryFn: async () => dataOf(await api.GET("/api/v1/admin/health")),
    refetchInterval: 30_000,
  });
  return (
    <Page
      title={t.title}
      actions={
        <Button busy={query.isFetching} onClick={() => void query.refetch()}>
          {t.again}
        </Button>
      }
    >
      <AdminAwait query={query}>
        {(health) => (
          <>
            <Dependencies health={health} />
            <div className="grid gap-x-6 lg:grid-cols-2">
              <Program health={health} />
              <Migrations health={health} />
            </div>
            <Invariants />
          </>
        )}
      </AdminAwait>
    </Page>
  );
}

function Dependencies({ health }: { health: Health }) {
  const t = useTexts(own);
  return (
    <Section title={t.dependencies}>
      <ul className="divide-y divide-line">
        {(health.dependencies ?? []).map((d) => (
          <li key={d.name} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-2">
            <span className="min-w-0">
              <span className="font-medium">{t.names[d.name]}</span>
              {d.version && <span className="ml-2 text-sm text-ink-soft">{d.version}</span>}
              {d.state === "failed" && <span className="block text-sm text-bad">{t.hints[d.name]}</span>}
            </span>
            <span className="flex items-center gap-3">
              {d.state === "ok" && d.name !== "clock" && <span className="tabular text-sm text-ink-soft">{t.took(d.took_ms)}</span>}
              <Badge tone={looks[d.state].tone} icon={looks[d.state].icon}>
                {t.states[d.state]}
              </Badge>
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Program({ health }: { health: Health }) {
  const t = useTexts(own);
  return (
    <Section title={t.program}>
      <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-6 gap-y-1">
        <dt className="text-sm text-ink-soft">{t.version}</dt>
        <dd>
          <code>{health.version}</code> <span className="text-sm text-ink-soft">({health.go})</span>
        </dd>
        <dt className="text-sm text-ink-soft">{t.started}</dt>
        <dd className="tabular">{instant(health.started_at, platformZone)}</dd>
        <dt className="text-sm text-ink-soft">{t.asked}</dt>
        <dd className="tabular">{instant(health.now, platformZone)}</dd>
      </dl>
    </Section>
  );
}

function Migrations({ health }: { health: Health }) {
  const t = useTexts(own);
  const steps = health.migrations ?? [];
  const pending = steps.filter((m) => !m.applied);
  return (
    <Section title={t.migrations}>
      {steps.length === 0 ? (
        <p className="text-bad">{t.noAnswer}</p>
      ) : (
        <>
          {pending.length === 0 && <p className="mb-2">{t.allApplied(steps.length)}</p>}
          <ol className="text-sm">
            {steps.map((m) => (
              <li key={m.version} className="flex justify-between gap-4">
                <code>
                  {String(m.version).padStart(5, "0")} {m.name}
                </code>
                <span className={m.applied ? "text-ink-soft" : "font-medium text-bad"}>{m.applied ? t.applied : t.pending}</span>
              </li>
            ))}
          </ol>
        </>
      )}
    </Section>
  );
}
