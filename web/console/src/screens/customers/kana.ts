/** The rows of the index of people, by the names of the API and in the order of its list. */
export const rows = ["a", "ka", "sa", "ta", "na", "ha", "ma", "ya", "ra", "wa", "latin", "other"] as const;

export type Row = (typeof rows)[number];

/** What stands on the index; `other` is named by the screen. */
export const rowLabels: Record<Exclude<Row, "other">, string> = {
  a: "あ",
  ka: "か",
  sa: "さ",
  ta: "た",
  na: "な",
  ha: "は",
  ma: "ま",
  ya: "や",
  ra: "ら",
  wa: "わ",
  latin: "A–Z",
};

/** The last kana of each row, voiced and small ones included, in the order of their code points. */
const ends: [Row, string][] = [
  ["a", "オ"],
  ["ka", "ゴ"],
  ["sa", "ゾ"],
  ["ta", "ド"],
  ["na", "ノ"],
  ["ha", "ポ"],
  ["ma", "モ"],
  ["ya", "ヨ"],
  ["ra", "ロ"],
  ["wa", "ン"],
];

interface Named {
  family_name: string;
  given_name: string;
  family_name_kana: string;
  given_name_kana: string;
}

/** In which row a person stands: by the kana, or by the name where there is none. */
export function rowOf(person: Named): Row {
  const reading = `${person.family_name_kana}${person.given_name_kana}` || `${person.family_name}${person.given_name}`;
  const first = [...reading.normalize("NFKC").trim()][0] ?? "";
  if (first === "" || /[\p{Script=Latin}\p{N}\p{P}\p{S}]/u.test(first)) return "latin";
  const kana = /[ぁ-ゖ]/.test(first) ? String.fromCharCode(first.charCodeAt(0) + 0x60) : first;
  if (kana === "ヴ") return "a";
  if (kana === "ヵ" || kana === "ヶ") return "ka";
  if (!/[ァ-ン]/.test(kana)) return "other";
  return ends.find(([, end]) => kana <= end)?.[0] ?? "other";
}

/** People in the order of the list, under the rows in which they stand. */
export function byRow<T extends Named>(people: readonly T[]): { row: Row; people: T[] }[] {
  const groups: { row: Row; people: T[] }[] = [];
  for (const p of people) {
    const row = rowOf(p);
    const last = groups.at(-1);
    if (last?.row === row) last.people.push(p);
    else groups.push({ row, people: [p] });
  }
  return groups;
}
