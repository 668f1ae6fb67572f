import { api, dataOf } from "@/api/client";
import { everything } from "@/api/list";

const path = (business: string) => ({ path: { business_id: business } });
const page = (business: string, cursor: string | undefined) => ({
  params: { ...path(business), query: { limit: 100, ...(cursor && { cursor }) } },
});

export const categoriesQuery = (business: string) => ({
  queryKey: ["business", business, "categories"],
  queryFn: () => everything(async (c) => dataOf(await api.GET("/api/v1/businesses/{business_id}/service-categories", page(business, c)))),
});

export const optionsQuery = (business: string) => ({
  queryKey: ["business", business, "options"],
  queryFn: () => everything(async (c) => dataOf(await api.GET("/api/v1/businesses/{business_id}/service-options", page(business, c)))),
});

export const ranksQuery = (business: string) => ({
  queryKey: ["business", business, "ranks"],
  queryFn: () => everything(async (c) => dataOf(await api.GET("/api/v1/businesses/{business_id}/staff-ranks", page(business, c)))),
});

export const setsQuery = (business: string) => ({
  queryKey: ["business", business, "sets"],
  queryFn: () => everything(async (c) => dataOf(await api.GET("/api/v1/businesses/{business_id}/service-sets", page(business, c)))),
});

export const orderQuery = (business: string) => ({
  queryKey: ["business", business, "service-order"],
  queryFn: async () => dataOf(await api.GET("/api/v1/businesses/{business_id}/service-order", { params: path(business) })),
});
