import { expect, it } from "vitest";
import { slugOf } from "./slug";

it.each([
  [{ ja: "サロン花", en: "Hana Salon" }, "hana-salon"],
  [{ ja: "Café Hana & Co." }, "cafe-hana-co"],
  [{ ja: "ＨＡＮＡ　ＳＡＬＯＮ" }, "hana-salon"],
  [{ ja: "花", en: "Hana's" }, "hanas"],
  [{ ja: "サロン花" }, ""],
  [{ ja: "花 A" }, ""],
  [{ ja: "Salon 24", en: "花" }, "salon-24"],
  [{ ja: "" }, ""],
])("%j is %j", (name, slug) => expect(slugOf(name)).toBe(slug));

it("is never longer than the server takes, nor does it end in a dash", () => {
  const slug = slugOf({ ja: `${"a".repeat(59)} b` });
  expect(slug).toBe("a".repeat(59));
  expect(slug).toMatch(/^[a-z0-9](-?[a-z0-9])*$/);
});
