import { describe, expect, it } from "vitest";
import { covers, joined, painted, parseMinute } from "./ranges";

const r = (start_minute: number, end_minute: number) => ({ start_minute, end_minute });

describe("painted", () => {
  it("joins what touches", () => expect(painted([r(600, 720)], 720, 780, true)).toEqual([r(600, 780)]));
  it("cuts a hole", () => expect(painted([r(600, 1200)], 780, 840, false)).toEqual([r(600, 780), r(840, 1200)]));
  it("takes away all", () => expect(painted([r(600, 720)], 540, 780, false)).toEqual([]));
  it("paints what is painted", () => expect(painted([r(600, 1200)], 660, 720, true)).toEqual([r(600, 1200)]));
  it("agrees with looking at every five minutes", () => {
    for (let i = 0; i < 300; i++) {
      const at = (n: number) => 5 * ((i * n) % 360);
      const before = joined([r(at(7), at(7) + 60), r(at(13), at(13) + 125)]);
      const [from, to, on] = [at(3), at(3) + 5 * (1 + (i % 40)), i % 2 === 0];
      const after = painted(before, from, to, on);
      for (let minute = 0; minute < 1900; minute += 5) {
        const inside = minute >= from && minute < to;
        expect(covers(after, minute)).toBe(inside ? on : covers(before, minute));
      }
    }
  });
});

describe("parseMinute", () => {
  it.each([
    ["9:30", 570],
    ["９：３０", 570],
    ["0930", 570],
    ["26:00", 1560],
    ["30:00", 1800],
    ["9", 540],
  ])("reads %s", (text, minute) => expect(parseMinute(text)).toBe(minute));
  it.each(["30:05", "9:60", "", "x", "1:2"])("refuses %s", (text) => expect(parseMinute(text)).toBeUndefined());
});
