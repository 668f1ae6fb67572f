import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { settingsQuery } from "@/api/business";
import { api, dataOf } from "@/api/client";
import { explain } from "@/api/problem";
import { useBusiness } from "@/shell/business";
import { addDays, instant, todayIn } from "@/text/format";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/dialog";
import { SelectField } from "@/ui/field";
import { toastFault } from "@/ui/impact";
import { Badge, Section } from "@/ui/page";
import { Await } from "@/ui/state";
import { toast } from "@/ui/toast";
import { words } from "./texts";

type Until = "today" | "week" | "open";

/** The midnight that ends a day in a zone, as an instant. */
export function endOfDay(date: string, zone: string): string {
  const next = Date.parse(`${addDays(date, 1)}T00:00:00Z`);
  const name = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" })
    .formatToParts(next)
    .find((p) => p.type === "timeZoneName")?.value;
  const [, sign, hours, minutes] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(name ?? "") ?? [];
  const offset = sign ? (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) : 0;
  return new Date(next - offset * 60_000).toISOString();
}

/** The switch that stops bookings from customers for a while. */
export function Accepting() {
  const t = useTexts(words);
  const { id } = useBusiness();
  const queries = useQueryClient();
  const query = useQuery(settingsQuery(id));
  const [asking, setAsking] = useState(false);
  const [until, setUntil] = useState<Until>("today");
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState("");
  const params = { params: { path: { business_id: id } } };
  const changed = () => queries.invalidateQueries({ queryKey: ["business", id] });

  const stop = async (zone: string) => {
    setBusy(true);
    setFault("");
    try {
      const today = todayIn(zone);
      const at = until === "open" ? undefined : endOfDay(until === "today" ? today : addDays(today, 6), zone);
      const { error } = await api.POST("/api/v1/businesses/{business_id}/stop-accepting", { ...params, body: { until: at } });
      dataOf({ error });
      setAsking(false);
      toast(t.stopped);
      await changed();
    } catch (e) {
      setFault(explain(e));
    } finally {
      setBusy(false);
    }
  };
  const resume = async () => {
    setBusy(true);
    try {
      const { error } = await api.POST("/api/v1/businesses/{business_id}/resume-accepting", { ...params, body: {} });
      dataOf({ error });
      toast(t.resumed);
      await changed();
    } catch (e) {
      toastFault(e);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Section title={t.accepting}>
      <Await query={query}>
        {(s) => (
          <div className="flex flex-wrap items-center justify-between gap-3">
            <p className="flex flex-wrap items-center gap-2">
              <Badge tone={s.accepting ? "good" : "warn"} icon={s.accepting ? "○" : "■"}>
                {s.accepting ? t.acceptingOn : t.acceptingOff}
              </Badge>
              {s.accepting_again_at && <span>{t.acceptingUntil(instant(s.accepting_again_at, s.timezone))}</span>}
            </p>
            {s.accepting ? (
              <Button onClick={() => setAsking(true)}>{t.stop}</Button>
            ) : (
              <Button kind="primary" busy={busy} onClick={() => void resume()}>
                {t.resume}
              </Button>
            )}
            <Confirm
              open={asking}
              onClose={() => setAsking(false)}
              title={t.stopTitle}
              action={t.stop}
              busy={busy}
              error={fault}
              onConfirm={() => void stop(s.timezone)}
            >
              <p>{t.stopText}</p>
              <SelectField label={t.stopFor} value={until} onChange={(e) => setUntil(e.target.value as Until)}>
                <option value="today">{t.stopToday}</option>
                <option value="week">{t.stopWeek}</option>
                <option value="open">{t.stopOpen}</option>
              </SelectField>
            </Confirm>
          </div>
        )}
      </Await>
    </Section>
  );
}
