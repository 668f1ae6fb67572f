import { expect, it } from "vitest";
import { originsOf } from "./origins";

it("reads one site a line, in any width", () =>
  expect(originsOf("https://a.example\n\n　ｈｔｔｐｓ：//b.example , https://c.example")).toEqual([
    "https://a.example",
    "https://b.example",
    "https://c.example",
  ]));
it("reads nothing as none", () => expect(originsOf(" \n")).toEqual([]));
