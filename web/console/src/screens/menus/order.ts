import type { Schema } from "@/api/client";

type Order = Schema["MenuOrder"];

/** The order with a service one place further up or down; at the edge of its category it goes over to the next one. Nothing
 * changes where there is no further place. */
export function moved(order: Order, service: string, by: 1 | -1): Order {
  const groups = order.groups.map((g) => ({ ...g, service_ids: [...g.service_ids] }));
  const at = groups.findIndex((g) => g.service_ids.includes(service));
  const group = groups[at];
  if (!group) return order;
  const ids = group.service_ids;
  const from = ids.indexOf(service);
  const to = from + by;
  if (to >= 0 && to < ids.length) {
    ids.splice(from, 1);
    ids.splice(to, 0, service);
    return { groups };
  }
  const next = groups[at + by];
  if (!next) return order;
  ids.splice(from, 1);
  if (by === 1) next.service_ids.unshift(service);
  else next.service_ids.push(service);
  return { groups };
}
