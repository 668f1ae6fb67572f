import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { everything } from "@/api/list";
import { common } from "@/text/common";
import { fullDate, instant } from "@/text/format";
import { useLang } from "@/text/lang";
import { texts, useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Badge, Page, Section } from "@/ui/page";
import { Empty } from "@/ui/state";
import { FlagDialog } from "./flag-dialog";
import { flagNames } from "./flag-names";
import { AdminAwait } from "./strong";
import { platformZone } from "./texts";

type Flag = Schema["FlagView"];

const own = texts({
  ja: {
    title: "機能の切替",
    intro: "新しい機能を、一部の店舗から順に使えるようにします。変更は30秒以内にすべてのサーバーで有効になります。",
    none: "切り替えられる機能はありません",
    killed: "緊急停止中",
    off: "すべての店舗で停止",
    on: "すべての店舗で有効",
    part: (percent: number) => `店舗の${percent}%で有効`,
    also: (n: number) => `指定した${n}店舗でも有効`,
    only: (n: number) => `指定した${n}店舗だけで有効`,
    owner: "責任者",
    remove: "この機能の切替を外す期限",
    updated: "最後の変更",
    never: "変更はありません",
  },
  en: {
    title: "Feature flags",
    intro: "New features are switched on for some businesses first. A change holds in every server within 30 seconds.",
    none: "There is nothing to switch",
    killed: "Killed",
    off: "Off everywhere",
    on: "On everywhere",
    part: (percent: number) => `On for ${percent}% of businesses`,
    also: (n: number) => `and for ${n} chosen ${n === 1 ? "business" : "businesses"}`,
    only: (n: number) => `On for ${n} chosen ${n === 1 ? "business" : "businesses"} only`,
    owner: "Answers for it",
    remove: "To be out of the program by",
    updated: "Last changed",
    never: "Never changed",
  },
});

export function AdminFlags() {
  const t = useTexts(own);
  const query = useQuery({
    queryKey: ["admin", "flags"],
    queryFn: () =>
      everything(async (cursor) =>
        dataOf(await api.GET("/api/v1/admin/flags", { params: { query: { limit: 100, ...(cursor && { cursor }) } } })),
      ),
  });
  return (
    <Page title={t.title} intro={t.intro}>
      <AdminAwait query={query}>
        {(flags) => (flags.length === 0 ? <Empty title={t.none} /> : flags.map((f) => <FlagPart key={f.name} flag={f} />))}
      </AdminAwait>
    </Page>
  );
}

function FlagPart({ flag: f }: { flag: Flag }) {
  const t = useTexts(own);
  const c = useTexts(common);
  const lang = useLang();
  const [editing, setEditing] = useState(false);
  const chosen = f.business_ids?.length ?? 0;
  return (
    <Section
      title={<code className="break-all">{f.name}</code>}
      actions={
        <Button aria-label={`${c.edit}: ${f.name}`} onClick={() => setEditing(true)}>
          {c.edit}
        </Button>
      }
    >
      <p className="mb-3">{flagNames[f.name]?.[lang] ?? <span lang="en">{f.what}</span>}</p>
      <p className="mb-3 flex flex-wrap items-center gap-2">
        {f.killed ? (
          <Badge tone="bad" icon="■">
            {t.killed}
          </Badge>
        ) : (
          <Badge tone={f.percent === 100 ? "good" : f.percent > 0 || chosen > 0 ? "info" : "calm"}>
            {f.percent === 100 ? t.on : f.percent > 0 ? t.part(f.percent) : chosen > 0 ? t.only(chosen) : t.off}
          </Badge>
        )}
        {!f.killed && chosen > 0 && f.percent > 0 && f.percent < 100 && <span className="text-sm">{t.also(chosen)}</span>}
      </p>
      <dl className="grid gap-x-6 gap-y-1 text-sm sm:grid-cols-[max-content_minmax(0,1fr)]">
        <dt className="text-ink-soft">{t.owner}</dt>
        <dd>{f.owner}</dd>
        <dt className="text-ink-soft">{t.remove}</dt>
        <dd>{fullDate(f.remove_by, lang)}</dd>
        <dt className="text-ink-soft">{t.updated}</dt>
        <dd className="tabular">{f.updated_at ? instant(f.updated_at, platformZone) : t.never}</dd>
      </dl>
      {editing && <FlagDialog flag={f} onClose={() => setEditing(false)} />}
    </Section>
  );
}
