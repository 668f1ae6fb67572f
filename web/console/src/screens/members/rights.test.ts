import { expect, it } from "vitest";
import { mayChange, mayGive, unclaimed } from "./rights";

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

it("only staff whom nobody is yet can be somebody, and whoever one is already", () => {
  const of = (id: string, more = {}) => ({ id, kind: "staff" as const, active: true, ...more });
  const list = [of("free"), of("taken"), of("mine"), of("gone", { active: false }), { ...of("room"), kind: "room" as const }];
  const members = [{ resource_id: "taken" }, { resource_id: "mine" }, { resource_id: null }];
  expect(unclaimed(list, members, null).map((r) => r.id)).toEqual(["free"]);
  expect(unclaimed(list, members, "mine").map((r) => r.id)).toEqual(["free", "mine"]);
});
