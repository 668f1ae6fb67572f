import { expect, test } from "vitest";
import type { Schema } from "@/api/client";
import { conversions, mergePreview, nobody, phoneWords, takings } from "./person";

const detail = (of: Partial<Schema["CustomerDetail"]>): Schema["CustomerDetail"] => ({
  id: "c",
  family_name: "",
  given_name: "",
  family_name_kana: "",
  given_name_kana: "",
  phone: "",
  email: "",
  locale: "ja",
  tags: [],
  visit_count: 0,
  no_show_count: 0,
  last_visit_at: null,
  next_visit_at: null,
  birth_date: null,
  health_consent: "none",
  marketing_consent: "none",
  erased_at: null,
  version: 1,
  created_at: "",
  updated_at: "",
  ...of,
});

test("phone numbers are written as people write them", () => {
  expect(phoneWords("+819012345678")).toBe("090-1234-5678");
  expect(phoneWords("+81312345678")).toBe("03-1234-5678");
  expect(phoneWords("+81120123456")).toBe("0120-123-456");
  expect(phoneWords("+81451234567")).toBe("0451234567");
  expect(phoneWords("+12025550130")).toBe("+12025550130");
  expect(phoneWords("")).toBe("");
});

test("what the server wrote otherwise is told, and nothing else", () => {
  const got = detail({ family_name: "山田", family_name_kana: "ヤマダ", phone: "+819012345678", email: "a@example.com" });
  expect(
    conversions({ ...nobody, family_name: "山田", family_name_kana: "ﾔﾏﾀﾞ", phone: "０９０１２３４５６７８", email: "a@example.com" }, got),
  ).toEqual([
    { field: "family_name_kana", typed: "ﾔﾏﾀﾞ", became: "ヤマダ" },
    { field: "phone", typed: "０９０１２３４５６７８", became: "090-1234-5678" },
  ]);
  expect(conversions({ phone: "090-1234-5678" }, got)).toEqual([]);
});

test("a merge keeps this one's values, fills what it did not know, and joins the tags", () => {
  const mine = detail({ family_name: "山田", phone: "+819012345678", tags: ["常連"] });
  const theirs = detail({
    family_name: "ヤマダ",
    family_name_kana: "ヤマダ",
    phone: "+81311112222",
    email: "y@example.com",
    tags: ["常連", "紹介"],
  });
  const by = Object.fromEntries(mergePreview(mine, theirs).map((k) => [k.field, k]));
  expect(by["name"]).toMatchObject({ result: "山田", taken: false });
  expect(by["kana"]).toMatchObject({ result: "ヤマダ", taken: true });
  expect(by["phone"]).toMatchObject({ result: "090-1234-5678", theirs: "03-1111-2222", taken: false });
  expect(by["email"]).toMatchObject({ result: "y@example.com", taken: true });
  expect(by["birth_date"]).toMatchObject({ result: "", taken: false });
  expect(by["tags"]).toMatchObject({ result: "常連、紹介", taken: true });
});

test("takings are those of visits that took place", () => {
  const booking = (status: string, amount: number) =>
    ({ status, price: { total: { amount, currency: "JPY" } } }) as Schema["ConsoleBooking"];
  expect(takings([booking("completed", 5500), booking("checked_in", 1000), booking("cancelled", 900), booking("confirmed", 800)])).toEqual([
    { amount: 6500, currency: "JPY" },
  ]);
  expect(takings([])).toEqual([]);
});
