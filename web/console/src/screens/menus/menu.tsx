import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { servicesQuery } from "@/api/business";
import { api, dataOf, type Schema } from "@/api/client";
import { useBusiness } from "@/shell/business";
import { inLang, money } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { toastFault } from "@/ui/impact";
import { Badge, Section } from "@/ui/page";
import { Await, Empty } from "@/ui/state";
import { toast } from "@/ui/toast";
import { moved } from "./order";
import { categoriesQuery, orderQuery } from "./queries";
import { ServiceSheet } from "./service-sheet";
import { words } from "./texts";

type Service = Schema["ServiceView"];

/** The menu in its order, by category. */
export function MenuPart() {
  const t = useTexts(words);
  const { id } = useBusiness();
  const services = useQuery(servicesQuery(id));
  const order = useQuery(orderQuery(id));
  const categories = useQuery(categoriesQuery(id));
  const [open, setOpen] = useState<Service | "new" | null>(null);
  const add = (
    <Button kind="primary" onClick={() => setOpen("new")}>
      {t.add}
    </Button>
  );
  return (
    <>
      <Await query={services}>
        {(list) =>
          list.length === 0 ? (
            <Empty title={t.none}>
              <p className="text-ink-soft">{t.noneHint}</p>
              {add}
            </Empty>
          ) : (
            <Await query={order}>
              {(menu) => (
                <>
                  <div className="mb-4 flex justify-end">{add}</div>
                  <Groups list={list} order={menu} names={categories.data ?? []} onOpen={setOpen} />
                </>
              )}
            </Await>
          )
        }
      </Await>
      {open && <ServiceSheet key={open === "new" ? "new" : open.id} service={open === "new" ? null : open} onClose={() => setOpen(null)} />}
    </>
  );
}

interface GroupsProps {
  list: Service[];
  order: Schema["MenuOrder"];
  names: Schema["CategoryView"][];
  onOpen: (service: Service) => void;
}

function Groups({ list, order, names, onOpen }: GroupsProps) {
  const t = useTexts(words);
  const lang = useLang();
  const { id } = useBusiness();
  const queries = useQueryClient();
  const key = orderQuery(id).queryKey;

  // The list shows the new order at once, and the old one again when it is refused.
  const move = async (service: string, by: 1 | -1) => {
    const next = moved(order, service, by);
    if (next === order) return;
    queries.setQueryData(key, next);
    try {
      dataOf(await api.PUT("/api/v1/businesses/{business_id}/service-order", { params: { path: { business_id: id } }, body: next }));
      toast(t.orderSaved);
      void queries.invalidateQueries({ queryKey: servicesQuery(id).queryKey });
    } catch (e) {
      queries.setQueryData(key, order);
      toastFault(e);
    }
  };

  const first = order.groups[0]?.service_ids[0];
  const last = order.groups.at(-1)?.service_ids.at(-1);
  return order.groups.map((group) => {
    const category = names.find((c) => c.id === group.category_id);
    const services = group.service_ids.flatMap((s) => list.find((x) => x.id === s) ?? []);
    if (services.length === 0) return null;
    return (
      <Section key={group.category_id ?? "none"} title={<bdi>{category ? inLang(category.name, lang) : t.other}</bdi>}>
        <ul className="-m-4 divide-y divide-line">
          {services.map((s) => {
            const name = inLang(s.name, lang);
            return (
              <li key={s.id} className="flex items-center gap-1 pr-2">
                <button
                  type="button"
                  className="target flex min-w-0 flex-1 flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3 text-left hover:bg-sunken"
                  onClick={() => onOpen(s)}
                >
                  <bdi className="min-w-40 flex-1 font-medium">{name}</bdi>
                  {!s.active && <Badge>{t.archived}</Badge>}
                  <span className="tabular text-ink-soft">{t.minutes(s.duration_minutes)}</span>
                  <span className="tabular w-24 text-right">{money(s.price, lang)}</span>
                </button>
                <Button kind="quiet" aria-label={t.up(name)} disabled={s.id === first} onClick={() => void move(s.id, -1)}>
                  <span aria-hidden>↑</span>
                </Button>
                <Button kind="quiet" aria-label={t.down(name)} disabled={s.id === last} onClick={() => void move(s.id, 1)}>
                  <span aria-hidden>↓</span>
                </Button>
              </li>
            );
          })}
        </ul>
      </Section>
    );
  });
}
