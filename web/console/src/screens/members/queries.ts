import { useQuery } from "@tanstack/react-query";
import { resourcesQuery } from "@/api/business";
import { api, dataOf, type Schema } from "@/api/client";
import { everything } from "@/api/list";
import { unclaimed } from "./rights";

export const membersQuery = (business: string) => ({
  queryKey: ["business", business, "members"],
  queryFn: () =>
    everything(async (cursor) =>
      dataOf(
        await api.GET("/api/v1/businesses/{business_id}/members", {
          params: { path: { business_id: business }, query: { limit: 100, ...(cursor && { cursor }) } },
        }),
      ),
    ),
});

/** Those of the staff who are nobody's yet, and whoever the member is already. */
export function useUnclaimed(business: string, own: string | null = null): Schema["ResourceView"][] {
  const members = useQuery(membersQuery(business)).data ?? [];
  const resources = useQuery(resourcesQuery(business)).data ?? [];
  return unclaimed(resources, members, own);
}
