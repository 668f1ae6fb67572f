// A typed client of the HTTP API: openapi-fetch over the types that `npm run gen` writes from the API document.
import createClient, { type Client, type Middleware } from "openapi-fetch";
import type { components, paths } from "./schema";

/** What every refusal carries: a stable `code`, and texts in the language asked for. */
export type Problem = components["schemas"]["Problem"];

export type ApiClient = Client<paths>;

export interface ClientSettings {
  /** Where the installation answers, such as `https://booking.example`. */
  baseUrl: string;
  /** `ja` (the default of the API) or `en`: the language of problem texts; a function is asked before every request. */
  language?: string | (() => string);
  /** Asked before every request, so that a refreshed token is used at once; nothing for a customer without account. */
  accessToken?: () => string | undefined;
}

/** Makes a client. It sends an Idempotency-Key with every POST that has none, so that a POST sent again by the network
 * happens once; who repeats a call by hand passes the key of the first try. */
export function newClient(settings: ClientSettings): ApiClient {
  const client = createClient<paths>({ baseUrl: settings.baseUrl });
  const headers: Middleware = {
    onRequest({ request }) {
      const language = typeof settings.language === "function" ? settings.language() : settings.language;
      if (language) request.headers.set("Accept-Language", language);
      const token = settings.accessToken?.();
      if (token) request.headers.set("Authorization", `Bearer ${token}`);
      if (request.method === "POST" && !request.headers.has("Idempotency-Key")) {
        request.headers.set("Idempotency-Key", crypto.randomUUID());
      }
      return request;
    },
  };
  client.use(headers);
  return client;
}

/** A refusal by the API. */
export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(`${problem.code}: ${problem.title}`);
    this.name = "ApiError";
  }
}

/** The data of an answer; throws an ApiError for a refusal. */
export function dataOf<T>(answer: { data?: T; error?: Problem }): T {
  if (answer.error !== undefined) throw new ApiError(answer.error);
  return answer.data as T;
}
