import type { QueryFunctionContext } from "@tanstack/react-query";
import { profileQuery } from "@/api/business";
import { api, dataOf, type Schema } from "@/api/client";
import { todayIn } from "@/text/format";
import { windows } from "./windows";

type Booking = Schema["ConsoleBooking"];

/** Customers book a year ahead at most. */
const ahead = 4;
/** So many requests are read of a stretch of time; who has more has other troubles than their order. */
const most = 100;

/** Requests that wait for an answer, the one whose time runs out first in front. */
export const pendingListQuery = (business: string) => ({
  queryKey: ["business", business, "bookings", "pending"],
  queryFn: async ({ client }: QueryFunctionContext): Promise<Booking[]> => {
    const { timezone } = await client.ensureQueryData(profileQuery(business));
    const pages = await Promise.all(
      windows(todayIn(timezone), ahead).map(async (days) =>
        dataOf(
          await api.GET("/api/v1/businesses/{business_id}/bookings", {
            params: { path: { business_id: business }, query: { ...days, status: "pending_approval", limit: most } },
          }),
        ),
      ),
    );
    return pages.flatMap((p) => p.items).sort(byDeadline);
  },
  refetchInterval: 60_000, // requests lapse without a word
});

function byDeadline(a: Booking, b: Booking): number {
  const end = (x: Booking) => Date.parse(x.expires_at ?? x.start);
  return end(a) - end(b) || Date.parse(a.start) - Date.parse(b.start);
}

/** How many they are, from the same answer. */
export const pendingQuery = (business: string) => ({
  ...pendingListQuery(business),
  select: (list: Booking[]) => list.length,
});
