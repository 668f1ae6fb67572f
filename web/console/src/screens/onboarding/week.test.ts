import { describe, expect, it } from "vitest";
import { patternOf, sound, usualWeek, weekOf } from "./week";

const range = (start_minute: number, end_minute: number) => ({ start_minute, end_minute });

describe("a pattern of the week", () => {
  it("comes back from the week that it makes", () => {
    for (const trade of ["hair_salon", "clinic", "spa_massage"] as const) {
      const pattern = usualWeek(trade);
      const back = patternOf(weekOf(pattern));
      expect(back?.ranges).toEqual(pattern.ranges);
      expect([...(back?.off ?? [])].sort()).toEqual([...pattern.off].sort());
    }
  });
  it("is none where no day is open", () => expect(patternOf([{ weekday: 1, ranges: [] }])).toBeUndefined());
  it("is not made up where the days differ: nothing stored may be flattened", () =>
    expect(
      patternOf([
        { weekday: 1, ranges: [range(600, 1140)] },
        { weekday: 6, ranges: [range(540, 1200)] },
      ]),
    ).toBeNull());
});

describe("spans", () => {
  it.each([
    [[range(600, 1140)], true],
    [[range(900, 1080), range(540, 720)], true],
    [[range(1140, 600)], false],
    [[range(600, 600)], false],
    [[range(540, 900), range(840, 1080)], false],
  ])("%j: %s", (ranges, good) => expect(sound(ranges)).toBe(good));
});
