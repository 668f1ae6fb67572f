import { api, dataOf } from "./client";
import { everything } from "./list";

// What several screens read of a business: each under one key, so that a change anywhere is seen everywhere.

export const profileQuery = (business: string) => ({
  queryKey: ["business", business, "profile"],
  queryFn: async () => dataOf(await api.GET("/api/v1/businesses/{business_id}", { params: { path: { business_id: business } } })),
});

export const settingsQuery = (business: string) => ({
  queryKey: ["business", business, "settings"],
  queryFn: async () => dataOf(await api.GET("/api/v1/businesses/{business_id}/settings", { params: { path: { business_id: business } } })),
});

export const resourcesQuery = (business: string) => ({
  queryKey: ["business", business, "resources"],
  queryFn: () =>
    everything(async (cursor) =>
      dataOf(
        await api.GET("/api/v1/businesses/{business_id}/resources", {
          params: { path: { business_id: business }, query: { limit: 100, ...(cursor && { cursor }) } },
        }),
      ),
    ),
});

export const servicesQuery = (business: string) => ({
  queryKey: ["business", business, "services"],
  queryFn: () =>
    everything(async (cursor) =>
      dataOf(
        await api.GET("/api/v1/businesses/{business_id}/services", {
          params: { path: { business_id: business }, query: { limit: 100, ...(cursor && { cursor }) } },
        }),
      ),
    ),
});
