import { api, dataOf } from "@/api/client";
import { addDays, todayIn } from "@/text/format";

const ahead = () => {
  const today = todayIn("Asia/Tokyo");
  return { from: addDays(today, -1), to: addDays(today, 90) };
};

/** How many requests wait for an answer, up to a hundred. */
export const pendingQuery = (business: string) => ({
  queryKey: ["business", business, "pending"],
  queryFn: async () => {
    const page = dataOf(
      await api.GET("/api/v1/businesses/{business_id}/bookings", {
        params: { path: { business_id: business }, query: { ...ahead(), status: "pending_approval", limit: 100 } },
      }),
    );
    return page.items.length;
  },
  refetchInterval: 60_000,
});
