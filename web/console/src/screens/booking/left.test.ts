import { describe, expect, it } from "vitest";
import { left, leftWords } from "./left";

const now = Date.parse("2026-12-01T12:00:00+09:00");
const words = {
  over: "over",
  minutes: (n: number) => `${n}m`,
  hours: (h: number, m: number) => `${h}h${m}m`,
  days: (d: number, h: number) => `${d}d${h}h`,
};
const say = (until: string) => leftWords(until, now, words);

describe("the time that is left", () => {
  it("is told in days, hours or minutes", () => {
    expect(say("2026-12-03T15:30:00+09:00")).toBe("2d3h");
    expect(say("2026-12-01T15:20:00+09:00")).toBe("3h20m");
    expect(say("2026-12-01T12:20:59+09:00")).toBe("20m");
  });
  it("never promises more than there is", () => {
    expect(say("2026-12-01T12:00:59+09:00")).toBe("over");
    expect(say("2026-12-01T11:00:00+09:00")).toBe("over");
  });
  it("is urgent in its last hour", () => {
    expect(left("2026-12-01T12:59:00+09:00", now).urgency).toBe("soon");
    expect(left("2026-12-01T13:00:00+09:00", now).urgency).toBe("today");
    expect(left("2026-12-02T12:00:00+09:00", now).urgency).toBe("later");
  });
});
