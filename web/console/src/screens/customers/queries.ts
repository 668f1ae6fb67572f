import { api, dataOf } from "@/api/client";

/** A customer with all that the business knows but notes. */
export const customerQuery = (business: string, customer: string) => ({
  queryKey: ["business", business, "customers", customer],
  queryFn: async () =>
    dataOf(
      await api.GET("/api/v1/businesses/{business_id}/customers/{customer_id}", {
        params: { path: { business_id: business, customer_id: customer } },
      }),
    ),
});

/** The key of a customer's notes. Those of allergies and health stand apart from all else of the business: what makes the rest be
 * read anew must not have them read, which would be recorded. */
export function notesKey(business: string, customer: string, kind: "general" | "allergy" | "health" | "sealed"): string[] {
  return kind === "general" ? ["business", business, "customers", customer, "notes"] : ["sealed-notes", business, customer];
}
