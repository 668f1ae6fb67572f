import { describe, expect, it } from "vitest";
import { cautions, customerBody, digitsOf, type Found, nameParts, nobody, searchFor } from "./who";

describe("what customers are searched by", () => {
  const by = (t: Partial<typeof nobody>) => searchFor({ ...nobody, ...t });
  it("takes the last four digits, in any width", () => {
    expect(by({ phone: "1234" })).toBe("1234");
    expect(by({ phone: "１２３４" })).toBe("1234");
  });
  it("takes whole numbers with hyphens, and waits for the rest of half ones", () => {
    expect(by({ phone: "090-1234-5678" })).toBe("09012345678");
    expect(by({ phone: "090-12" })).toBeUndefined();
    expect(by({ phone: "123" })).toBeUndefined();
  });
  it("takes names from the first kanji or kana, and the second letter", () => {
    expect(by({ name: "山" })).toBe("山");
    expect(by({ kana: "や" })).toBe("や");
    expect(by({ name: "Y" })).toBeUndefined();
    expect(by({ name: "Ya" })).toBe("Ya");
    expect(by({ name: "  " })).toBeUndefined();
  });
  it("prefers the phone, which names fewer people", () => {
    expect(by({ name: "山田", phone: "5678" })).toBe("5678");
  });
});

describe("who a booking is for", () => {
  it("is nobody where nothing was typed", () => {
    expect(customerBody({ ...nobody, name: " " }, null)).toBeUndefined();
  });
  it("has the family's name first, at any space", () => {
    expect(nameParts("山田　花子")).toEqual(["山田", "花子"]);
    expect(nameParts("山田")).toEqual(["山田", ""]);
    expect(nameParts("")).toEqual(["", ""]);
  });
  it("goes by the record of a known customer, whatever was typed to find it", () => {
    const found = { family_name: "佐藤", given_name: "一", family_name_kana: "サトウ", given_name_kana: "ハジメ" } as Found;
    const body = customerBody({ ...nobody, phone: "5678" }, { ...found, phone: "+819012345678", email: "", locale: "ja" });
    expect(body).toMatchObject({ family_name: "佐藤", phone: "+819012345678" });
  });
  it("keeps digits only of a number", () => {
    expect(digitsOf("０９０ー1234-5678")).toBe("09012345678");
  });
});

describe("what is to be known of a customer", () => {
  it("tells no-shows, another visit to come, and the first visit", () => {
    expect(cautions({ no_show_count: 2, next_visit_at: "2026-12-01T10:00:00+09:00", visit_count: 3 })).toEqual(["no_show", "next_visit"]);
    expect(cautions({ no_show_count: 0, next_visit_at: null, visit_count: 0 })).toEqual(["first"]);
    expect(cautions({ no_show_count: 0, next_visit_at: null, visit_count: 1 })).toEqual([]);
  });
});
