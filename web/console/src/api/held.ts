// Whether this browser holds a session. No script can read its cookies, so the server is asked; who signed in here is taken
// at their word. It spares who is not signed in requests that can only be refused, each of which browsers show as an error.
import type { Middleware } from "openapi-fetch";
import { common } from "@/text/common";
import { lang } from "@/text/lang";
import type { Problem } from "./client";

const mark = "session";
let asked: Promise<boolean> | undefined;

/** Remembers that a session was opened or is over. */
export function noteSession(held: boolean): void {
  asked = undefined;
  if (held) localStorage.setItem(mark, "held");
  else localStorage.removeItem(mark);
}

/** False only when the server said that there is none; one that is held may have ended. */
export function holdsSession(): Promise<boolean> {
  if (localStorage.getItem(mark) !== null) return Promise.resolve(true);
  asked ??= ask();
  return asked;
}

async function ask(): Promise<boolean> {
  try {
    const answer = await fetch("/session");
    const { held } = (await answer.json()) as { held: boolean };
    if (held) noteSession(true);
    return held;
  } catch {
    asked = undefined;
    return true; // no connection: the request itself tells
  }
}

/** What nobody reads who is not signed in. */
const needsSession = /^\/api\/v1\/(me|businesses|admin)(\/|$)/;

/** Answers reads that need a session, where there is none, in the server's place. */
export const whoIsHere: Middleware = {
  async onRequest({ request }) {
    if (request.method !== "GET" || !needsSession.test(new URL(request.url).pathname) || (await holdsSession())) return undefined;
    const problem: Problem = {
      type: "/docs/problems#auth.required",
      title: common[lang()].signInRequired,
      detail: common[lang()].signInRequired,
      status: 401,
      code: "auth.required",
      request_id: "",
    };
    return new Response(JSON.stringify(problem), { status: 401, headers: { "Content-Type": "application/problem+json" } });
  },
  onResponse({ response }) {
    if (response.status === 401 && localStorage.getItem(mark) !== null) noteSession(false); // asked again: it may go on all the same
    return undefined;
  },
};
