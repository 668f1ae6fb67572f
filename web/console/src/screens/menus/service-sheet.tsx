import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { resourcesQuery, servicesQuery } from "@/api/business";
import { api, dataOf, isProblem, type Schema } from "@/api/client";
import { explain, fieldFaults } from "@/api/problem";
import { useBusiness } from "@/shell/business";
import { common } from "@/text/common";
import { inLang } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { Confirm, Dialog } from "@/ui/dialog";
import { useDraft } from "@/ui/draft";
import { useImpact } from "@/ui/impact";
import { PhotoField } from "@/ui/photo";
import { Await, Fault } from "@/ui/state";
import { toast } from "@/ui/toast";
import { Preview } from "./preview";
import { bodyOf, draftOf, newService, type ServiceDraft } from "./service";
import { Basics, Conditions, Extras, Needs } from "./service-parts";
import { words } from "./texts";

type Service = Schema["ServiceView"];

/** A service to be changed, or a new one. */
export function ServiceSheet({ service, onClose }: { service: Service | null; onClose: () => void }) {
  const t = useTexts(words);
  const lang = useLang();
  const { id } = useBusiness();
  const resources = useQuery(resourcesQuery(id));
  return (
    <Dialog open onClose={onClose} title={<bdi>{service ? inLang(service.name, lang) : t.newService}</bdi>}>
      <Await query={resources}>{(list) => <ServiceForm service={service} resources={list} onClose={onClose} />}</Await>
    </Dialog>
  );
}

interface FormProps {
  service: Service | null;
  resources: Schema["ResourceView"][];
  onClose: () => void;
}

const known = [
  "name.ja",
  "name.en",
  "description.ja",
  "description.en",
  "duration_minutes",
  "price.amount",
  "price",
  "min_party",
  "max_party",
  "active_from",
  "active_to",
];

function ServiceForm({ service, resources, onClose }: FormProps) {
  const t = useTexts(words);
  const c = useTexts(common);
  const lang = useLang();
  const { id } = useBusiness();
  const queries = useQueryClient();
  const draft = useDraft<ServiceDraft>(service ? draftOf(service) : newService(resources.some((r) => r.kind === "staff" && r.active)));
  const impact = useImpact(service ? undefined : t.created);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [removing, setRemoving] = useState(false);
  const faults = fieldFaults(error);
  const refresh = () => queries.invalidateQueries({ queryKey: ["business", id] });

  // attempt runs a change, shows why it was refused, and closes the sheet when it was done.
  const attempt = async (change: () => Promise<boolean>) => {
    setBusy(true);
    setError(null);
    try {
      if (!(await change())) return;
      await refresh();
      onClose();
    } catch (e) {
      if (isProblem(e, "precondition.stale")) await queries.invalidateQueries({ queryKey: servicesQuery(id).queryKey });
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  const one = (s: Service) => ({ path: { business_id: id, service_id: s.id }, header: { "If-Match": `"${s.version}"` } });
  const save = () =>
    attempt(async () => {
      if (service) {
        return impact.ask(async (dry_run) =>
          dataOf(
            await api.PATCH("/api/v1/businesses/{business_id}/services/{service_id}", {
              params: { ...one(service), query: { dry_run } },
              body: bodyOf(draft.changes),
            }),
          ),
        );
      }
      dataOf(
        await api.POST("/api/v1/businesses/{business_id}/services", {
          params: { path: { business_id: id } },
          body: bodyOf(draft.value) as ServiceDraft,
        }),
      );
      toast(t.created);
      return true;
    });
  const duplicate = (s: Service) =>
    attempt(async () => {
      dataOf(await api.POST("/api/v1/businesses/{business_id}/services/{service_id}/duplicate", { params: { path: one(s).path } }));
      toast(t.duplicated);
      return true;
    });
  const remove = (s: Service) =>
    attempt(async () => {
      setRemoving(false);
      return impact.ask(async (dry_run) =>
        dataOf(await api.DELETE("/api/v1/businesses/{business_id}/services/{service_id}", { params: { ...one(s), query: { dry_run } } })),
      );
    });

  const part = { v: draft.value, set: draft.set, faults, resources };
  return (
    <>
      <form
        noValidate
        className="flex flex-col gap-6"
        onSubmit={(e) => {
          e.preventDefault();
          void save();
        }}
      >
        <Fault>{error ? explain(error, known) : ""}</Fault>
        <Basics {...part} />
        {service && (
          <PhotoField businessId={id} purpose="menu" targetId={service.id} photo={service.photo} onChange={() => void refresh()} />
        )}
        <Needs {...part} />
        <Conditions {...part} />
        <Extras {...part} />
        <Preview service={draft.value} />
        <div className="sticky bottom-0 -m-4 flex flex-wrap justify-end gap-2 border-t border-line bg-surface p-4">
          {service && (
            <>
              <Button className="mr-auto" disabled={busy} onClick={() => setRemoving(true)}>
                {t.archive}
              </Button>
              <Button disabled={busy} onClick={() => void duplicate(service)}>
                {t.duplicate}
              </Button>
            </>
          )}
          <Button type="submit" kind="primary" busy={busy} disabled={service !== null && !draft.changed}>
            {service ? c.save : c.add}
          </Button>
        </div>
      </form>
      {service && (
        <Confirm
          open={removing}
          onClose={() => setRemoving(false)}
          title={t.archiveTitle(inLang(service.name, lang))}
          action={t.archive}
          danger
          onConfirm={() => void remove(service)}
        >
          <p>{t.archiveText}</p>
        </Confirm>
      )}
      {impact.dialog}
    </>
  );
}
