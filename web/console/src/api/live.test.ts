import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { follow, type Live, refresher } from "./live";

/** An EventSource whose server is the test. */
class Source extends EventTarget {
  static readonly CLOSED = 2;
  static all: Source[] = [];
  readyState = 0;
  onopen?: () => void;
  onerror?: () => void;
  constructor(readonly url: string) {
    super();
    Source.all.push(this);
  }
  close() {
    this.readyState = Source.CLOSED;
  }
  accept() {
    this.readyState = 1;
    this.onopen?.();
  }
  /** The connection ends, and the browser is about to come again. */
  end() {
    this.readyState = 0;
    this.onerror?.();
  }
  refuse() {
    this.readyState = Source.CLOSED;
    this.onerror?.();
  }
}

const page = Object.assign(new EventTarget(), { hidden: false });
const last = () => Source.all[Source.all.length - 1] as Source;
let seq = 7;
let states: Live[] = [];
let changes = 0;
let stop = () => {};

beforeEach(() => {
  vi.useFakeTimers();
  const windows = new EventTarget();
  vi.stubGlobal("EventSource", Source);
  vi.stubGlobal("document", page);
  vi.stubGlobal("navigator", { onLine: true });
  vi.stubGlobal("addEventListener", windows.addEventListener.bind(windows));
  vi.stubGlobal("removeEventListener", windows.removeEventListener.bind(windows));
  vi.stubGlobal("dispatchEvent", windows.dispatchEvent.bind(windows));
  Source.all = [];
  page.hidden = false;
  [states, changes, seq] = [[], 0, 7];
  stop = follow({ address: () => `/events?after=${seq}`, changed: () => changes++, shows: (s) => states.push(s) });
});

afterEach(() => {
  stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("the server's planned ends are not seen", () => {
  last().accept();
  for (let i = 0; i < 5; i++) {
    vi.advanceTimersByTime(30_000);
    last().end();
    vi.advanceTimersByTime(600);
    last().accept();
  }
  expect(states).not.toContain("offline");
  expect(Source.all).toHaveLength(1); // the browser comes again with its own cursor
});

test("a connection that is away for more than a moment is offline, and live when it is back", () => {
  last().accept();
  last().end();
  vi.advanceTimersByTime(4_900);
  last().end();
  expect(states).toEqual(["live"]);
  vi.advanceTimersByTime(200);
  expect(states).toEqual(["live", "offline"]);
  last().accept();
  expect(states).toEqual(["live", "offline", "live"]);
});

test("a refusal is tried again, later each time, from what is shown then", () => {
  last().refuse();
  seq = 9;
  vi.advanceTimersByTime(1_300);
  expect(Source.all).toHaveLength(2);
  expect(last().url).toBe("/events?after=9");
  for (let i = 0; i < 200; i++) {
    if (last().readyState !== Source.CLOSED) last().refuse();
    vi.advanceTimersByTime(1_000);
  }
  expect(Source.all.length).toBeLessThan(14);
  expect(new Set(states)).toEqual(new Set(["offline"]));
});

test("a connection that died in silence is opened anew", () => {
  last().accept();
  vi.advanceTimersByTime(46_000);
  expect(Source.all).toHaveLength(2);
  expect(Source.all[0]?.readyState).toBe(Source.CLOSED);
});

test("a hidden tab holds no connection, and catches up when it is seen", () => {
  last().accept();
  page.hidden = true;
  page.dispatchEvent(new Event("visibilitychange"));
  expect(last().readyState).toBe(Source.CLOSED);
  vi.advanceTimersByTime(600_000);
  expect(Source.all).toHaveLength(1);
  seq = 42;
  page.hidden = false;
  page.dispatchEvent(new Event("visibilitychange"));
  expect(last().url).toBe("/events?after=42");
  last().accept();
  expect(states).toEqual(["live", "live"]);
});

test("without a network it is offline at once", () => {
  last().accept();
  dispatchEvent(new Event("offline"));
  expect(states).toEqual(["live", "offline"]);
  dispatchEvent(new Event("online"));
  last().accept();
  expect(states).toEqual(["live", "offline", "live"]);
});

test("each change is told", () => {
  last().dispatchEvent(new Event("change"));
  last().dispatchEvent(new Event("change"));
  expect(changes).toBe(2);
});

test("changes while something is read are one more reading, after it", async () => {
  const done: (() => void)[] = [];
  const read = vi.fn(() => new Promise<void>((resolve) => done.push(resolve)));
  const changed = refresher(read);
  changed();
  for (let i = 0; i < 10; i++) changed();
  expect(read).toHaveBeenCalledTimes(1);
  done[0]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(read).toHaveBeenCalledTimes(2);
  done[1]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(read).toHaveBeenCalledTimes(2);
});
