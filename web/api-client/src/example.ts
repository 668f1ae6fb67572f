// The main path of a customer: find a shop, choose the first free time of its first service, book it.
import { type ApiClient, dataOf } from "./client";

export interface Visitor {
  family_name: string;
  given_name: string;
  phone: string;
  email?: string;
}

/** What came of it: the booking's code and the link that manages it, or the near times that are offered instead. */
export type Outcome = { booked: true; code: string; manageUrl: string } | { booked: false; alternatives: string[] };

/** Books the first free time between two dates (`2026-12-01`) at the first shop found by `q`. Throws an ApiError when the
 * API refuses for another reason than a time just taken, and an Error when nothing is free. */
export async function bookFirstFree(
  client: ApiClient,
  q: string,
  dates: { from: string; to: string },
  customer: Visitor,
): Promise<Outcome> {
  const found = dataOf(await client.GET("/api/v1/public/businesses", { params: { query: { q, limit: 1 } } }));
  const shop = found.items[0];
  if (!shop) throw new Error(`no shop matches ${q}`);
  const path = { slug: shop.slug };

  const profile = dataOf(await client.GET("/api/v1/public/businesses/{slug}", { params: { path } }));
  const menu = dataOf(await client.GET("/api/v1/public/businesses/{slug}/services", { params: { path } }));
  const service = menu.items[0];
  if (!service) throw new Error(`${shop.slug} offers no service`);

  const free = dataOf(
    await client.GET("/api/v1/public/businesses/{slug}/availability", {
      params: { path, query: { service_id: service.id, ...dates } },
    }),
  );
  const slot = free.days.flatMap((day) => day.slots)[0];
  if (!slot) throw new Error(`nothing is free; the next time is ${free.next_available ?? "unknown"}`);

  const answer = await client.POST("/api/v1/public/businesses/{slug}/bookings", {
    params: { path },
    body: {
      start: slot.start,
      service_id: service.id,
      customer,
      consent: { terms_version: profile.terms_version },
    },
  });
  if (answer.error?.code === "booking.slot_taken") {
    return { booked: false, alternatives: (answer.error.alternatives ?? []).map((near) => near.start) };
  }
  const { booking, manage_url } = dataOf(answer);
  return { booked: true, code: booking.code, manageUrl: manage_url };
}
