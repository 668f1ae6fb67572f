import { describe, expect, it } from "vitest";
import { menuSets, servedBy, suggestedMenus, suggestedPlaces } from "./suggestions";
import { sound, usualWeek } from "./week";

const trades = ["hair_salon", "nail_eyelash", "spa_massage", "clinic", "restaurant", "fitness", "lodging", "lesson"] as const;

describe.each(trades)("suggestions for %s", (trade) => {
  it("are three services a kind, within what the server takes", () => {
    expect(menuSets(trade).length).toBeGreaterThan(0);
    for (const { name, rows } of menuSets(trade)) {
      expect(name.ja && name.en).toBeTruthy();
      expect(rows).toHaveLength(3);
      expect(new Set(rows.map((r) => r.ja)).size).toBe(3);
      for (const m of rows) {
        expect((m.minutes ?? 0) % 5).toBe(0);
        expect(m.minutes).toBeGreaterThanOrEqual(5);
        expect(m.minutes).toBeLessThanOrEqual(1440);
        expect(Number.isInteger(m.yen) && (m.yen ?? -1) >= 0).toBe(true);
        expect(m.ja && m.en).toBeTruthy();
      }
    }
  });
  it("are copies that may be changed", () => {
    const [first] = suggestedMenus(trade);
    if (first) first.ja = "changed";
    expect(suggestedMenus(trade)[0]?.ja).not.toBe("changed");
  });
  it("open on most days, and close after they open", () => {
    const { ranges, off } = usualWeek(trade);
    expect(sound(ranges) && ranges.length > 0).toBe(true);
    expect(off.length).toBeLessThan(3);
  });
  it("name somebody or something that takes bookings", () => {
    for (const p of suggestedPlaces(trade, "山田 花子")) {
      expect(p.name).toBeTruthy();
      expect(p.people === null).toBe(servedBy(trade) === "staff");
    }
  });
});

it("guests of restaurants get tables", () => expect(servedBy("restaurant")).toBe("seat"));
