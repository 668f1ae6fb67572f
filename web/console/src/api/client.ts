import { ApiError, dataOf, newClient, type Problem } from "@omotenashi-connect/api-client";
import type { components } from "@omotenashi-connect/api-client/schema";
import { QueryClient as Queries, QueryCache, type QueryClient } from "@tanstack/react-query";
import { lang } from "@/text/lang";
import { whoIsHere } from "./held";

/** Every type of the API comes from its document: `Schema["ConsoleBooking"]`. */
export type Schema = components["schemas"];

export { ApiError, dataOf, type Problem };

/** The API, signed in by the browser's cookie. */
export const api = newClient({ baseUrl: location.origin, language: lang });
api.use(whoIsHere);

/** Whether an error is the refusal with that code. */
export function isProblem(error: unknown, code: string): error is ApiError {
  return error instanceof ApiError && error.problem.code === code;
}

export function statusOf(error: unknown): number | undefined {
  return error instanceof ApiError ? error.problem.status : undefined;
}

/** What is remembered of answers. A 401 means that the session is over: signedOut is told once. */
export function newQueries(signedOut: () => void): QueryClient {
  return new Queries({
    queryCache: new QueryCache({
      onError: (error) => {
        if (statusOf(error) === 401) signedOut();
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) => failures < 2 && (statusOf(error) ?? 503) >= 500,
        retryDelay: (n) => 400 * 2 ** n,
      },
      mutations: { retry: false },
    },
  });
}
