import { profileQuery } from "@/api/business";
import { api, dataOf } from "@/api/client";

const path = (business: string) => ({ params: { path: { business_id: business } } });

export const hoursQuery = (business: string) => ({
  queryKey: ["business", business, "hours"],
  queryFn: async () => dataOf(await api.GET("/api/v1/businesses/{business_id}/hours", path(business))),
});

export const closingsQuery = (business: string) => ({
  queryKey: ["business", business, "closings"],
  queryFn: async () => dataOf(await api.GET("/api/v1/businesses/{business_id}/closing-rules", path(business))).items,
});

export const specialQuery = (business: string) => ({
  queryKey: ["business", business, "special-days"],
  queryFn: async () => dataOf(await api.GET("/api/v1/businesses/{business_id}/special-days", path(business))).items,
});

export const periodsQuery = (business: string) => ({
  queryKey: ["business", business, "periods"],
  queryFn: async () => dataOf(await api.GET("/api/v1/businesses/{business_id}/periods", path(business))).periods,
});

/** Hours and periods are versions of the business. */
export { profileQuery };
