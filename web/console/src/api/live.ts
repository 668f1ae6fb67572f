import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";

/** Whether a screen is kept up to date: "connecting" until it is for the first time. */
export type Live = "live" | "connecting" | "offline";

/** How long a connection may be away before anybody is told: the server ends each within half a minute, and it comes again. */
const PATIENCE = 5_000;
/** After which a connection that should have ended by itself is taken for dead. */
const LIFE = 45_000;
const LONGEST_PAUSE = 30_000;

interface Follower {
  address: () => string;
  changed: () => void;
  shows: (state: Live) => void;
}

/** Listens to the stream until the answered function is called. A hidden tab does not listen (a browser has few connections
 * for a server, and many tabs): it catches up when it is seen again. */
export function follow({ address, changed, shows }: Follower): () => void {
  let source: EventSource | undefined;
  let refusals = 0;
  const timers: Record<"lost" | "again" | "dead", ReturnType<typeof setTimeout> | undefined> = {
    lost: undefined,
    again: undefined,
    dead: undefined,
  };
  const after = (what: keyof typeof timers, ms: number, then: () => void) => {
    clearTimeout(timers[what]);
    timers[what] = setTimeout(() => {
      timers[what] = undefined;
      then();
    }, ms);
  };
  const calm = (what: keyof typeof timers) => {
    clearTimeout(timers[what]);
    timers[what] = undefined;
  };
  const lost = () => {
    if (timers.lost === undefined) after("lost", PATIENCE, () => shows("offline"));
  };
  const close = () => {
    source?.close();
    source = undefined;
    calm("again");
    calm("dead");
  };
  const open = () => {
    close();
    const mine = new EventSource(address());
    source = mine;
    const alive = () => after("dead", LIFE, open);
    lost();
    alive();
    mine.onopen = () => {
      refusals = 0;
      calm("lost");
      alive();
      shows("live");
    };
    mine.addEventListener("change", changed);
    mine.onerror = () => {
      lost();
      if (mine.readyState !== EventSource.CLOSED) return; // it comes again by itself
      const pause = Math.min(1000 * 2 ** refusals++, LONGEST_PAUSE);
      after("again", pause * (0.75 + Math.random() / 2), open);
    };
  };
  const look = () => {
    if (document.hidden) {
      close();
      calm("lost");
    } else if (!source) open();
  };
  const back = () => {
    if (!document.hidden) open();
  };
  const away = () => shows("offline");
  document.addEventListener("visibilitychange", look);
  addEventListener("online", back);
  addEventListener("offline", away);
  if (!navigator.onLine) away();
  look();
  return () => {
    close();
    calm("lost");
    document.removeEventListener("visibilitychange", look);
    removeEventListener("online", back);
    removeEventListener("offline", away);
  };
}

/** Reads again what a change may have made old. While it is read, further changes are one: an answer that is on its way is
 * not called off ten times a second, and the last change is never left out. */
export function refresher(read: () => Promise<unknown>): () => void {
  let reading = false;
  let again = false;
  const run = async () => {
    again = true;
    if (reading) return;
    reading = true;
    try {
      while (again) {
        again = false;
        await read();
      }
    } finally {
      reading = false;
    }
  };
  return () => void run().catch(() => {}); // the query shows its error itself
}

/** What of a business is shown where others change it. */
const parts = ["ledger", "bookings", "booking", "pending"];

const reading = (queries: QueryClient, business: string) => () =>
  Promise.all(parts.map((part) => queries.invalidateQueries({ queryKey: ["business", business, part] })));

/** Keeps what is shown of a business up to date. `seq` is that of the ledger on the screen: what is newer is read at once. */
export function useLive(businessId: string, seq?: number): Live {
  const queries = useQueryClient();
  const known = useRef(seq);
  known.current = seq;
  const [state, setState] = useState<Live>("connecting");
  useEffect(() => {
    setState("connecting");
    return follow({
      address: () => `/api/v1/businesses/${businessId}/events${known.current ? `?after=${known.current}` : ""}`,
      changed: refresher(reading(queries, businessId)),
      shows: setState,
    });
  }, [businessId, queries]);
  return state;
}
