import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schema } from "@/api/client";
import { addDays, fullDate, inLang, todayIn } from "@/text/format";
import { useLang } from "@/text/lang";
import { texts, useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Badge, Table } from "@/ui/page";
import { toast } from "@/ui/toast";
import { HolidayDialog } from "./holiday-dialog";
import { ReasonDialog } from "./reason";
import { AdminAwait } from "./strong";
import { platformZone, words } from "./texts";

type Day = Schema["AdminHolidayView"];

const own = texts({
  ja: {
    intro:
      "祝日は法律から計算しています。法律のあとから決まった祝日や移動した祝日は、ここで訂正できます。訂正はすべての店舗の営業時間に反映されます(すでにお受けした予約は変わりません)。",
    correct: "日付を訂正する",
    year: (y: number) => `${y}年`,
    before: "前の年",
    after: "次の年",
    caption: (y: number) => `${y}年の祝日`,
    date: "日付",
    name: "祝日",
    by: "根拠",
    law: "法律",
    operator: "運営による訂正",
    none: "祝日ではない",
    change: "変更",
    restore: "法律どおりに戻す",
    restoreAsk: (date: string) => `${date}を法律どおりに戻しますか`,
    restored: "法律どおりに戻しました",
  },
  en: {
    intro:
      "Holidays are computed by the law. What was decided later or moved is corrected here, for the opening hours of all businesses (bookings that were made stay).",
    correct: "Correct a date",
    year: (y: number) => String(y),
    before: "Year before",
    after: "Year after",
    caption: (y: number) => `Holidays of ${y}`,
    date: "Date",
    name: "Holiday",
    by: "By",
    law: "the law",
    operator: "an operator",
    none: "no holiday",
    change: "Change",
    restore: "Leave to the law",
    restoreAsk: (date: string) => `Leave ${date} to the law again?`,
    restored: "Left to the law again",
  },
});

/** The holidays of a year: the API gives a quarter at a time. */
async function holidaysOf(year: number): Promise<Day[]> {
  const days: Day[] = [];
  const last = `${year}-12-31`;
  for (let from = `${year}-01-01`; from <= last; from = addDays(from, 92)) {
    const to = addDays(from, 91) < last ? addDays(from, 91) : last;
    days.push(...dataOf(await api.GET("/api/v1/admin/holidays", { params: { query: { from, to } } })).items);
  }
  return days;
}

/** National holidays, and what operators said of single dates. */
export function Holidays() {
  const t = useTexts(own);
  const w = useTexts(words);
  const lang = useLang();
  const queries = useQueryClient();
  const thisYear = Number(todayIn(platformZone).slice(0, 4));
  const [year, setYear] = useState(thisYear);
  const [editing, setEditing] = useState<Day | "new" | null>(null);
  const [restoring, setRestoring] = useState<Day | null>(null);
  const query = useQuery({ queryKey: ["admin", "holidays", year], queryFn: () => holidaysOf(year) });
  const restore = async (reason: string) => {
    if (!restoring?.override) return;
    const { error } = await api.DELETE("/api/v1/admin/holidays/{date}", {
      params: { path: { date: restoring.date }, query: { reason }, header: { "If-Match": `"${restoring.override.version}"` } },
    });
    dataOf({ error });
    toast(t.restored);
    void queries.invalidateQueries({ queryKey: ["admin", "holidays"] });
  };
  return (
    <>
      <p className="mb-4 max-w-3xl text-ink-soft">{t.intro}</p>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-2">
        <div className="flex items-center gap-2">
          <Button aria-label={t.before} disabled={year <= thisYear - 1} onClick={() => setYear(year - 1)}>
            <span aria-hidden>‹</span>
          </Button>
          <span className="tabular min-w-20 text-center font-medium">{t.year(year)}</span>
          <Button aria-label={t.after} disabled={year >= thisYear + 2} onClick={() => setYear(year + 1)}>
            <span aria-hidden>›</span>
          </Button>
        </div>
        <Button kind="primary" onClick={() => setEditing("new")}>
          {t.correct}
        </Button>
      </div>
      <AdminAwait query={query}>
        {(days) => (
          <Table
            caption={t.caption(year)}
            head={
              <tr>
                <th>{t.date}</th>
                <th>{t.name}</th>
                <th>{t.by}</th>
                <td />
              </tr>
            }
          >
            {days.map((d) => (
              <tr key={d.date}>
                <th scope="row" className="whitespace-nowrap text-ink">
                  {fullDate(d.date, lang)}
                </th>
                <td>{d.holiday && d.name ? inLang(d.name, lang) : <span className="text-ink-soft">{t.none}</span>}</td>
                <td>
                  {d.override ? (
                    <>
                      <Badge tone="info">{t.operator}</Badge> <bdi className="text-sm">{d.override.reason}</bdi>
                    </>
                  ) : (
                    t.law
                  )}
                </td>
                <td>
                  <span className="flex flex-wrap justify-end gap-2">
                    <Button aria-label={`${t.change} ${fullDate(d.date, lang)}`} onClick={() => setEditing(d)}>
                      {t.change}
                    </Button>
                    {d.override && (
                      <Button aria-label={`${t.restore} ${fullDate(d.date, lang)}`} onClick={() => setRestoring(d)}>
                        {t.restore}
                      </Button>
                    )}
                  </span>
                </td>
              </tr>
            ))}
          </Table>
        )}
      </AdminAwait>
      {editing && <HolidayDialog day={editing === "new" ? null : editing} onClose={() => setEditing(null)} />}
      {restoring && (
        <ReasonDialog
          title={t.restoreAsk(fullDate(restoring.date, lang))}
          hint={w.reasonTrail}
          action={t.restore}
          run={restore}
          onClose={() => setRestoring(null)}
        />
      )}
    </>
  );
}
