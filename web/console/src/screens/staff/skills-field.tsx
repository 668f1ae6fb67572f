import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { resourcesQuery, servicesQuery } from "@/api/business";
import { api, dataOf, type Schema } from "@/api/client";
import { useBusiness } from "@/shell/business";
import { inLang } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { CheckField } from "@/ui/field";
import { toastFault, useImpact } from "@/ui/impact";
import { Await } from "@/ui/state";
import { does, withSkill } from "./skills";
import { words } from "./texts";

/** Which services somebody does; each change is saved at once. */
export function SkillsField({ person }: { person: Schema["ResourceView"] }) {
  const t = useTexts(words);
  const lang = useLang();
  const { id } = useBusiness();
  const queries = useQueryClient();
  const services = useQuery(servicesQuery(id));
  const resources = useQuery(resourcesQuery(id));
  const impact = useImpact();
  const [changing, setChanging] = useState("");
  const everybody = (resources.data ?? []).filter((r) => r.kind === "staff" && r.active).map((r) => r.id);

  const change = async (s: Schema["ServiceView"], on: boolean) => {
    const requirements = withSkill(s, person.id, on, everybody);
    if (!requirements) return;
    setChanging(s.id);
    try {
      await impact.ask(async (dry_run) =>
        dataOf(
          await api.PATCH("/api/v1/businesses/{business_id}/services/{service_id}", {
            params: { path: { business_id: id, service_id: s.id }, query: { dry_run }, header: { "If-Match": `"${s.version}"` } },
            body: { requirements },
          }),
        ),
      );
    } catch (e) {
      toastFault(e);
    } finally {
      await queries.invalidateQueries({ queryKey: servicesQuery(id).queryKey });
      setChanging("");
    }
  };
  return (
    <>
      <p className="text-sm text-ink-soft">{t.skillsHint}</p>
      <Await query={services}>
        {(list) => (
          <ul>
            {list
              .filter((s) => s.active && s.requirements.some((r) => r.kind === "staff"))
              .map((s) => {
                const on = does(s, person.id);
                return (
                  <li key={s.id}>
                    <CheckField
                      label={<bdi>{inLang(s.name, lang)}</bdi>}
                      checked={on}
                      disabled={changing !== "" || (on && withSkill(s, person.id, false, everybody) === undefined)}
                      onChange={(e) => void change(s, e.target.checked)}
                    />
                  </li>
                );
              })}
          </ul>
        )}
      </Await>
      {impact.dialog}
    </>
  );
}
