import { api, dataOf } from "@/api/client";

export type Decision = "approve" | "reject" | "suspend" | "reinstate";

/** Decides on a business. */
export async function decide(id: string, decision: Decision, reason: string): Promise<void> {
  const options = { params: { path: { business_id: id } }, body: { reason } };
  switch (decision) {
    case "approve":
      dataOf(await api.POST("/api/v1/admin/businesses/{business_id}/approve", options));
      break;
    case "reject":
      dataOf(await api.POST("/api/v1/admin/businesses/{business_id}/reject", options));
      break;
    case "suspend":
      dataOf(await api.POST("/api/v1/admin/businesses/{business_id}/suspend", options));
      break;
    case "reinstate":
      dataOf(await api.POST("/api/v1/admin/businesses/{business_id}/reinstate", options));
  }
}

/** A business with its owners and what was decided on it. */
export const decidedQuery = (id: string) => ({
  queryKey: ["admin", "business", id],
  queryFn: async () => dataOf(await api.GET("/api/v1/admin/businesses/{business_id}", { params: { path: { business_id: id } } })),
});
