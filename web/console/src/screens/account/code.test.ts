import { expect, it } from "vitest";
import { proofOf, readCode } from "./code";

it.each([
  ["123456", "123456"],
  [" 123 456 ", "123456"],
  ["１２３　４５６", "123456"],
  ["ABCDE-12345", "ABCDE-12345"],
])("%j is read as %s", (typed, code) => expect(readCode(typed)).toBe(code));

it("six digits are of an app", () => expect(proofOf("１２３ ４５６")).toEqual({ code: "123456" }));
it("anything else is a recovery code", () => {
  expect(proofOf("abcde-12345")).toEqual({ recovery_code: "abcde-12345" });
  expect(proofOf("abcde12345")).toEqual({ recovery_code: "abcde12345" });
});
