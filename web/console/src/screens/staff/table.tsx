import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { profileQuery } from "@/api/business";
import { api, dataOf, type Schema } from "@/api/client";
import { everything } from "@/api/list";
import { useBusiness } from "@/shell/business";
import { addDays, clockTime, dateWords, inLang, todayIn } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Table } from "@/ui/page";
import type { Range } from "@/ui/ranges";
import { Await, Empty } from "@/ui/state";
import { BulkSheet } from "./bulk";
import { words } from "./texts";

type Row = Schema["ShiftRowView"];

/** The Monday on or before a date. */
export function mondayOf(date: string): string {
  const day = new Date(`${date}T00:00:00Z`).getUTCDay();
  return addDays(date, -((day + 6) % 7));
}

const times = (ranges: Range[]) => ranges.map((r) => `${clockTime(r.start_minute)}–${clockTime(r.end_minute)}`).join(" ");

const looks = { leave: "bg-warn-soft text-warn", by_date: "bg-info-soft text-info", weekly: "", open: "text-ink-soft" };

/** Who works when in a week, and what decides each day. */
export function TablePart() {
  const t = useTexts(words);
  const lang = useLang();
  const { id } = useBusiness();
  const profile = useQuery(profileQuery(id));
  const today = todayIn(profile.data?.timezone ?? "Asia/Tokyo");
  const [chosen, setChosen] = useState("");
  const [editing, setEditing] = useState<{ ids: string[]; from: string; to: string } | null>(null);
  const monday = chosen || mondayOf(today);
  const dates = Array.from({ length: 7 }, (_, i) => addDays(monday, i));
  const query = useQuery({
    queryKey: ["business", id, "shift-table", monday],
    queryFn: () =>
      everything(async (cursor) =>
        dataOf(
          await api.GET("/api/v1/businesses/{business_id}/shifts", {
            params: { path: { business_id: id }, query: { from: monday, to: addDays(monday, 6), limit: 100, ...(cursor && { cursor }) } },
          }),
        ),
      ),
  });
  const cellOf = (row: Row, date: string) => row.dates.find((d) => d.date === date);
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center gap-2">
        <Button aria-label={t.previous} onClick={() => setChosen(addDays(monday, -7))}>
          <span aria-hidden>‹</span>
        </Button>
        <Button onClick={() => setChosen(mondayOf(today))}>{t.thisWeek}</Button>
        <Button aria-label={t.next} onClick={() => setChosen(addDays(monday, 7))}>
          <span aria-hidden>›</span>
        </Button>
        <span className="tabular font-medium">
          {dateWords(monday, lang)} – {dateWords(addDays(monday, 6), lang)}
        </span>
        <Button
          kind="primary"
          className="ml-auto"
          disabled={!query.data?.length}
          onClick={() => setEditing({ ids: (query.data ?? []).map((r) => r.resource_id), from: monday, to: addDays(monday, 6) })}
        >
          {t.edit}
        </Button>
      </div>
      <Await query={query}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title={t.none} />
          ) : (
            <Table
              caption={t.tabs.table}
              head={
                <tr>
                  <th>{t.person}</th>
                  {dates.map((d) => (
                    <th key={d} className={d === today ? "bg-accent-soft" : ""}>
                      {dateWords(d, lang)}
                    </th>
                  ))}
                </tr>
              }
            >
              {rows.map((row) => (
                <tr key={row.resource_id}>
                  <th scope="row" className="sticky left-0 bg-surface !text-base text-ink">
                    <bdi>{inLang(row.name, lang)}</bdi>
                  </th>
                  {dates.map((d) => {
                    const cell = cellOf(row, d);
                    const hours = cell?.source === "leave" ? t.sources.leave : times(cell?.ranges ?? []) || t.off;
                    return (
                      <td key={d} className="!p-0">
                        <button
                          type="button"
                          className={`tabular target size-full px-2 py-2 text-sm hover:bg-sunken ${cell ? looks[cell.source] : ""}`}
                          aria-label={t.cell(inLang(row.name, lang), dateWords(d, lang), hours)}
                          title={cell ? t.sources[cell.source] : undefined}
                          onClick={() => setEditing({ ids: [row.resource_id], from: d, to: d })}
                        >
                          {hours}
                        </button>
                      </td>
                    );
                  })}
                </tr>
              ))}
            </Table>
          )
        }
      </Await>
      {editing && <BulkSheet {...editing} people={query.data ?? []} onClose={() => setEditing(null)} />}
    </>
  );
}
