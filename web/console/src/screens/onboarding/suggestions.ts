import type { Schema } from "@/api/client";

type Vertical = Schema["BusinessView"]["vertical"];

export interface MenuRow {
  ja: string;
  en: string;
  minutes: number;
  yen: number;
}

const row = (ja: string, en: string, minutes: number, yen: number): MenuRow => ({ ja, en, minutes, yen });

/** What shops of a trade usually offer; a beginning to be changed. */
const menus: Record<Vertical, MenuRow[]> = {
  hair_salon: [
    row("カット", "Haircut", 60, 5500),
    row("カット + カラー", "Haircut and colour", 120, 12100),
    row("トリートメント", "Treatment", 30, 3300),
  ],
  nail_eyelash: [
    row("ジェルネイル ワンカラー", "Gel nails, one colour", 60, 5500),
    row("ネイルケア", "Nail care", 45, 3850),
    row("まつげパーマ", "Lash lift", 60, 6600),
  ],
  spa_massage: [
    row("もみほぐし 60分", "Massage, 60 minutes", 60, 6600),
    row("もみほぐし 90分", "Massage, 90 minutes", 90, 9350),
    row("ヘッドスパ", "Head spa", 40, 4950),
  ],
  clinic: [row("初診", "First visit", 30, 5000), row("再診", "Return visit", 15, 3000), row("健康相談", "Consultation", 30, 4000)],
  restaurant: [
    row("お席のみのご予約", "Table only", 120, 0),
    row("おまかせコース", "Chef's course", 120, 8800),
    row("季節のコース", "Seasonal course", 120, 6600),
  ],
  fitness: [
    row("パーソナルトレーニング", "Personal training", 60, 8800),
    row("体験レッスン", "Trial lesson", 45, 2200),
    row("ストレッチ", "Stretching", 40, 4400),
  ],
  lodging: [row("日帰り休憩", "Day use", 180, 6600), row("貸切風呂", "Private bath", 60, 3300), row("朝食", "Breakfast", 60, 2200)],
  lesson: [
    row("体験レッスン", "Trial lesson", 45, 2200),
    row("個人レッスン", "Private lesson", 60, 6600),
    row("グループレッスン", "Group lesson", 60, 3300),
  ],
};

export function suggestedMenus(vertical: Vertical): MenuRow[] {
  return menus[vertical].map((m) => ({ ...m }));
}

/** Guests of restaurants and inns are given a table or a room; all others somebody who serves them. */
export function servedBy(vertical: Vertical): "staff" | "seat" | "room" {
  if (vertical === "restaurant") return "seat";
  return vertical === "lodging" ? "room" : "staff";
}
