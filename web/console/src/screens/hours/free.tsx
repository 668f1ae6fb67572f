import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { servicesQuery } from "@/api/business";
import { api, dataOf } from "@/api/client";
import { useBusiness } from "@/shell/business";
import { inLang, todayIn } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { SelectField, TextField } from "@/ui/field";
import { Section } from "@/ui/page";
import { Await } from "@/ui/state";
import { profileQuery } from "./queries";
import { words } from "./texts";

/** What comes of the hours: the times of a day at which a service can be booked, and why not where there are none. */
export function FreeTimes() {
  const t = useTexts(words);
  const lang = useLang();
  const { id } = useBusiness();
  const services = useQuery(servicesQuery(id));
  const profile = useQuery(profileQuery(id));
  const active = services.data?.filter((s) => s.active) ?? [];
  const [chosen, setChosen] = useState("");
  const [date, setDate] = useState("");
  const service = chosen || active[0]?.id;
  const day = date || todayIn(profile.data?.timezone ?? "Asia/Tokyo");
  const strip = useQuery({
    queryKey: ["business", id, "explain", service, day],
    enabled: service !== undefined && profile.data !== undefined,
    queryFn: async () =>
      dataOf(
        await api.GET("/api/v1/businesses/{business_id}/availability/explain", {
          params: { path: { business_id: id }, query: { service_id: service ?? "", date: day } },
        }),
      ),
  });
  return (
    <aside>
      <Section title={t.free}>
        <Await query={services}>
          {() =>
            active.length === 0 ? (
              <p className="text-ink-soft">{t.noService}</p>
            ) : (
              <div className="flex flex-col gap-3">
                <SelectField label={t.service} value={service} onChange={(e) => setChosen(e.target.value)}>
                  {active.map((s) => (
                    <option key={s.id} value={s.id}>
                      {inLang(s.name, lang)}
                    </option>
                  ))}
                </SelectField>
                <TextField label={t.day} type="date" value={day} onChange={(e) => setDate(e.target.value)} />
                <Await query={strip}>
                  {({ strip: stretches }) => (
                    <>
                      <ol className="divide-y divide-line border-y border-line" aria-live="polite">
                        {(stretches ?? []).map((s) => (
                          <li key={s.start} className="py-1.5">
                            <span className="tabular mr-2 font-medium">
                              {s.start.slice(11, 16)}–{s.end.slice(11, 16)}
                            </span>
                            {s.free ? (
                              <span className="text-good">○</span>
                            ) : (
                              <span className="text-sm text-ink-soft">{s.reason?.message}</span>
                            )}
                          </li>
                        ))}
                      </ol>
                      {(stretches ?? []).length === 0 && <p className="text-ink-soft">{t.noFree}</p>}
                      <p className="text-sm text-ink-soft">{t.freeHint}</p>
                    </>
                  )}
                </Await>
              </div>
            )
          }
        </Await>
      </Section>
    </aside>
  );
}
