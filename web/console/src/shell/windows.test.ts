import { describe, expect, it } from "vitest";
import { pageOver, windows } from "./windows";

describe("stretches of time", () => {
  it("follow one another without a gap, from yesterday", () => {
    expect(windows("2026-11-28", 2)).toEqual([
      { from: "2026-11-27", to: "2027-02-26" },
      { from: "2027-02-27", to: "2027-05-29" },
    ]);
  });
});

describe("a list over several stretches", () => {
  const days = windows("2026-11-28", 4);
  const content: Record<string, number[][]> = { [days[0]?.from ?? ""]: [[1], [2]], [days[2]?.from ?? ""]: [[3]] };
  const read = (d: { from: string }, cursor: string | undefined) => {
    const pages = content[d.from] ?? [];
    const at = cursor ? Number(cursor) : 0;
    return Promise.resolve({ items: pages[at] ?? [], next_cursor: at + 1 < pages.length ? String(at + 1) : null });
  };
  it("gives everything once, in order, and no empty page but the last", async () => {
    const got: number[][] = [];
    let cursor: string | undefined;
    do {
      const page = await pageOver(days, cursor, read);
      got.push(page.items);
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    expect(got).toEqual([[1], [2], [3], []]);
  });
});
