import { expect, it } from "vitest";
import { mayChange, mayGive } from "./rights";

it("managers look after staff and assistants only", () => {
  expect(mayGive("manager")).toEqual(["staff", "assistant"]);
  expect(mayChange("manager", "manager", false)).toBe(false);
  expect(mayChange("manager", "staff", false)).toBe(true);
});
it("nobody changes owners, or themselves", () => {
  expect(mayChange("owner", "owner", false)).toBe(false);
  expect(mayChange("owner", "manager", true)).toBe(false);
});
it("staff change nobody", () => expect(mayGive("staff")).toEqual([]));
