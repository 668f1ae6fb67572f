import { expect, test } from "vitest";
import { byRow, rowOf } from "./kana";

const person = (kana: string, name = "") => ({ family_name: name, given_name: "", family_name_kana: kana, given_name_kana: "" });

test("people stand in the row of their reading, as the server sorts them", () => {
  const want: Record<string, string> = {
    アイ: "a",
    オノ: "a",
    ヴァン: "a",
    カトウ: "ka",
    ガンダ: "ka",
    ごとう: "ka",
    ヵタ: "ka",
    ソノダ: "sa",
    ジン: "sa",
    ッタ: "ta",
    デグチ: "ta",
    ノダ: "na",
    パク: "ha",
    ボウ: "ha",
    モリ: "ma",
    ャマ: "ya",
    ヨネ: "ya",
    ロン: "ra",
    ワダ: "wa",
    ヲカ: "wa",
    ンゴ: "wa",
    ﾔﾏﾀﾞ: "ya",
    Smith: "latin",
    Ångström: "latin",
    "7号": "latin",
    山田: "other",
    김: "other",
  };
  for (const [reading, row] of Object.entries(want)) expect([reading, rowOf(person(reading))]).toEqual([reading, row]);
});

test("without a reading the name decides, and without either they stand with the Latin ones", () => {
  expect(rowOf(person("", "山田"))).toBe("other");
  expect(rowOf(person("", "ヤマダ"))).toBe("ya");
  expect(rowOf(person("", ""))).toBe("latin");
});

test("the list falls into rows and keeps its order", () => {
  const [emma, ai, ishi, kato] = [person("", "Emma"), person("アイ"), person("イシ"), person("カトウ")];
  expect(byRow([emma, ai, ishi, kato])).toEqual([
    { row: "latin", people: [emma] },
    { row: "a", people: [ai, ishi] },
    { row: "ka", people: [kato] },
  ]);
  expect(byRow([])).toEqual([]);
});
