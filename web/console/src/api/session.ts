import { lang } from "@/text/lang";
import type { Schema } from "./client";
import { ApiError, api, dataOf, type Problem } from "./client";
import { noteSession } from "./held";
import { forgetKept } from "./kept";

/** What opens a web session: the ways of the API to sign in, of which the tokens stay in cookies that no script reads. */
type Ways = { login: Schema["LoginBody"]; "second-factor": Schema["SecondFactorBody"]; passkey: Schema["PasskeySignInBody"] };

/** Signs in; throws an ApiError, whose problem tells when a second factor is wanted. */
export async function openSession<W extends keyof Ways>(way: W, body: Ways[W]): Promise<void> {
  const answer = await fetch(`/session/${way}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Accept-Language": lang() },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new ApiError((await answer.json()) as Problem);
  noteSession(true);
}

/** Ends the session and forgets its cookies, and what the device keeps for when there is no connection. */
export async function closeSession(): Promise<void> {
  forgetKept();
  await fetch("/session", { method: "DELETE" });
  noteSession(false);
}

export const meQuery = {
  queryKey: ["me"],
  queryFn: async () => dataOf(await api.GET("/api/v1/me")),
  staleTime: 60_000,
};

/** The businesses that the person works for, all of them. */
export const businessesQuery = {
  queryKey: ["businesses"],
  queryFn: async () => {
    const all: Schema["WorkView"][] = [];
    for (let cursor: string | undefined; ; ) {
      const page = dataOf(await api.GET("/api/v1/businesses", { params: { query: { limit: 100, ...(cursor && { cursor }) } } }));
      all.push(...page.items);
      if (!page.next_cursor) return all;
      cursor = page.next_cursor;
    }
  },
  staleTime: 60_000,
};
