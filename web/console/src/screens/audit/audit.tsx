import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { profileQuery } from "@/api/business";
import { api, dataOf, type Schema } from "@/api/client";
import { everything, usePages } from "@/api/list";
import { Only, useBusiness } from "@/shell/business";
import { useTexts } from "@/text/texts";
import { SelectField } from "@/ui/field";
import { Page } from "@/ui/page";
import type { Entry } from "./entries";
import { type Chosen, Filters, nothingChosen, queryOf } from "./filters";
import { words } from "./texts";
import { Trail } from "./trail";

export function Audit() {
  const t = useTexts(words);
  return (
    <Only may="seeAudit">
      <Page title={t.title} intro={t.intro}>
        <BusinessTrail />
      </Page>
    </Only>
  );
}

/** An entry of a business's trail as the list shows it. */
export function entryOf(v: Schema["AuditView"]): Entry {
  return {
    key: String(v.seq),
    at: v.at,
    actorKind: v.actor_kind,
    actorId: v.actor_id,
    actorName: v.actor_name,
    action: v.action,
    subject: v.subject,
    detail: v.detail,
  };
}

function BusinessTrail() {
  const t = useTexts(words);
  const { id } = useBusiness();
  const [chosen, setChosen] = useState<Chosen>(nothingChosen);
  const profile = useQuery(profileQuery(id));
  const zone = profile.data?.timezone ?? "Asia/Tokyo";
  const members = useQuery({
    queryKey: ["business", id, "members", "all"],
    queryFn: () =>
      everything(async (cursor) =>
        dataOf(
          await api.GET("/api/v1/businesses/{business_id}/members", {
            params: { path: { business_id: id }, query: { limit: 100, ...(cursor && { cursor }) } },
          }),
        ),
      ),
  });
  const query = queryOf(chosen, zone);
  const pages = usePages(["business", id, "audit", query], async (cursor) =>
    dataOf(
      await api.GET("/api/v1/businesses/{business_id}/audit", {
        params: { path: { business_id: id }, query: { ...query, limit: 50, ...(cursor && { cursor }) } },
      }),
    ),
  );
  const people = members.data ?? [];
  const left = chosen.actor && !people.some((m) => m.user_id === chosen.actor?.id) ? chosen.actor : null;
  return (
    <>
      <Filters chosen={chosen} onChange={setChosen} groups={t.groups}>
        <SelectField
          label={t.actor}
          value={chosen.actor?.id ?? ""}
          onChange={(e) => {
            const m = people.find((p) => p.user_id === e.target.value);
            setChosen({
              ...chosen,
              actor: m ? { id: m.user_id, name: `${m.family_name} ${m.given_name}` } : left && e.target.value ? left : null,
            });
          }}
        >
          <option value="">{t.anybody}</option>
          {left && <option value={left.id}>{left.name}</option>}
          {people.map((m) => (
            <option key={m.id} value={m.user_id}>
              {m.family_name} {m.given_name}
            </option>
          ))}
        </SelectField>
      </Filters>
      <Trail pages={pages} entry={entryOf} zone={zone} businessId={id} chosen={chosen} onChange={setChosen} />
    </>
  );
}
