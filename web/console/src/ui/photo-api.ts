import { api, dataOf, type Schema } from "@/api/client";

export type Photo = Schema["PhotoView"];
export type Alt = Schema["LocalizedText"];

/** Whose photo one is: the shop's (a list), that of a staff member or room, that of a menu. */
export type Purpose = "shop" | "staff" | "menu";

export const shapes: Record<Purpose, number> = { shop: 3 / 2, staff: 1, menu: 4 / 3 };

const form = (blob: Blob, crop: string) => {
  const data = new FormData();
  data.append("file", blob, "photo");
  data.append("crop", crop);
  return { body: { file: "", crop }, bodySerializer: () => data };
};

export interface Place {
  businessId: string;
  purpose: Purpose;
  /** The resource or service; none for the shop. */
  targetId?: string;
}

export async function send({ businessId, purpose, targetId = "" }: Place, blob: Blob, crop: string): Promise<Photo> {
  const business_id = businessId;
  const sent = form(blob, crop);
  if (purpose === "shop") {
    return dataOf(await api.POST("/api/v1/businesses/{business_id}/photos", { params: { path: { business_id } }, ...sent }));
  }
  if (purpose === "staff") {
    const path = { business_id, resource_id: targetId };
    return dataOf(await api.PUT("/api/v1/businesses/{business_id}/resources/{resource_id}/photo", { params: { path }, ...sent }));
  }
  const path = { business_id, service_id: targetId };
  return dataOf(await api.PUT("/api/v1/businesses/{business_id}/services/{service_id}/photo", { params: { path }, ...sent }));
}

export async function describe({ businessId, purpose, targetId = "" }: Place, photo: Photo, alt: Alt): Promise<Photo> {
  const business_id = businessId;
  const body = { alt };
  if (purpose === "shop") {
    const path = { business_id, photo_id: photo.id };
    return dataOf(await api.PATCH("/api/v1/businesses/{business_id}/photos/{photo_id}", { params: { path }, body }));
  }
  if (purpose === "staff") {
    const path = { business_id, resource_id: targetId };
    return dataOf(await api.PATCH("/api/v1/businesses/{business_id}/resources/{resource_id}/photo", { params: { path }, body }));
  }
  const path = { business_id, service_id: targetId };
  return dataOf(await api.PATCH("/api/v1/businesses/{business_id}/services/{service_id}/photo", { params: { path }, body }));
}

export async function takeAway({ businessId, purpose, targetId = "" }: Place, photo: Photo): Promise<void> {
  const business_id = businessId;
  if (purpose === "shop") {
    const path = { business_id, photo_id: photo.id };
    dataOf(await api.DELETE("/api/v1/businesses/{business_id}/photos/{photo_id}", { params: { path } }));
  } else if (purpose === "staff") {
    const path = { business_id, resource_id: targetId };
    dataOf(await api.DELETE("/api/v1/businesses/{business_id}/resources/{resource_id}/photo", { params: { path } }));
  } else {
    const path = { business_id, service_id: targetId };
    dataOf(await api.DELETE("/api/v1/businesses/{business_id}/services/{service_id}/photo", { params: { path } }));
  }
}

export async function sort(businessId: string, ids: string[]): Promise<void> {
  const params = { path: { business_id: businessId } };
  dataOf(await api.PUT("/api/v1/businesses/{business_id}/photo-order", { params, body: { photo_ids: ids } }));
}

/** The photos of the shop, of which there are at most ten. */
export const photosQuery = (business: string) => ({
  queryKey: ["business", business, "photos"],
  queryFn: async () =>
    dataOf(await api.GET("/api/v1/businesses/{business_id}/photos", { params: { path: { business_id: business }, query: { limit: 100 } } }))
      .items,
});

/** The address of a photo in the smallest width that is at least so many pixels wide. */
export function addressOf(photo: Photo, width: number): string {
  const fits = photo.variants.find((v) => v.width >= width) ?? photo.variants[photo.variants.length - 1];
  return fits?.url ?? "";
}
