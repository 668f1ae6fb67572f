import type { Schema } from "@/api/client";

type Vertical = Schema["BusinessView"]["vertical"];

/** A service as it is typed; null: nothing stands there. */
export interface MenuRow {
  ja: string;
  en: string;
  minutes: number | null;
  yen: number | null;
}

interface MenuSet {
  name: { ja: string; en: string };
  rows: MenuRow[];
}

const row = (ja: string, en: string, minutes: number, yen: number): MenuRow => ({ ja, en, minutes, yen });
const set = (ja: string, en: string, ...rows: MenuRow[]): MenuSet => ({ name: { ja, en }, rows });

/** What shops of a trade usually offer, by their kind; a beginning to be changed. */
const menus: Record<Vertical, MenuSet[]> = {
  hair_salon: [
    set(
      "美容室",
      "Hair salon",
      row("カット", "Haircut", 60, 5500),
      row("カット + カラー", "Haircut and colour", 120, 12100),
      row("トリートメント", "Treatment", 30, 3300),
    ),
    set(
      "理容室",
      "Barber",
      row("総合調髪", "Haircut and shave", 60, 4400),
      row("カット", "Haircut", 40, 3300),
      row("顔そり", "Shave", 30, 2200),
    ),
  ],
  nail_eyelash: [
    set(
      "ネイル",
      "Nails",
      row("ジェルネイル ワンカラー", "Gel nails, one colour", 60, 5500),
      row("ジェルネイル デザイン", "Gel nails with a design", 90, 7700),
      row("ネイルケア", "Nail care", 45, 3850),
    ),
    set(
      "まつげ",
      "Eyelashes",
      row("まつげパーマ", "Lash lift", 60, 6600),
      row("まつげエクステ 100本", "Lash extensions, 100", 90, 8800),
      row("眉スタイリング", "Eyebrow styling", 45, 5500),
    ),
  ],
  spa_massage: [
    set(
      "もみほぐし",
      "Massage",
      row("もみほぐし 60分", "Massage, 60 minutes", 60, 6600),
      row("もみほぐし 90分", "Massage, 90 minutes", 90, 9350),
      row("ヘッドスパ", "Head spa", 40, 4950),
    ),
    set(
      "エステ",
      "Beauty",
      row("フェイシャル", "Facial", 60, 8800),
      row("ボディトリートメント", "Body treatment", 90, 13200),
      row("ブライダル体験", "Bridal trial", 120, 11000),
    ),
  ],
  clinic: [
    set(
      "クリニック",
      "Clinic",
      row("初診", "First visit", 30, 5000),
      row("再診", "Return visit", 15, 3000),
      row("相談", "Consultation", 30, 4000),
    ),
    set(
      "整骨・鍼灸",
      "Bonesetting, acupuncture",
      row("初回の施術", "First treatment", 60, 6600),
      row("施術", "Treatment", 40, 4950),
      row("鍼灸", "Acupuncture", 50, 5500),
    ),
  ],
  restaurant: [
    set(
      "レストラン",
      "Restaurant",
      row("お席のみのご予約", "Table only", 120, 0),
      row("おまかせコース", "Chef's course", 120, 8800),
      row("季節のコース", "Seasonal course", 120, 6600),
    ),
    set(
      "居酒屋・バー",
      "Bar",
      row("お席のみのご予約", "Table only", 120, 0),
      row("飲み放題付きコース", "Course with free drinks", 120, 5500),
      row("飲み放題のみ", "Free drinks only", 90, 2750),
    ),
    set(
      "カフェ",
      "Café",
      row("お席のみのご予約", "Table only", 90, 0),
      row("ランチセット", "Lunch set", 90, 1980),
      row("アフタヌーンティー", "Afternoon tea", 120, 4950),
    ),
  ],
  fitness: [
    set(
      "フィットネス",
      "Fitness",
      row("パーソナルトレーニング", "Personal training", 60, 8800),
      row("体験レッスン", "Trial lesson", 45, 2200),
      row("ストレッチ", "Stretching", 40, 4400),
    ),
  ],
  lodging: [
    set(
      "宿の日帰り利用",
      "Day visits",
      row("日帰り休憩", "Day use", 180, 6600),
      row("貸切風呂", "Private bath", 60, 3300),
      row("お食事", "Meal", 90, 5500),
    ),
  ],
  lesson: [
    set(
      "教室",
      "Lessons",
      row("体験レッスン", "Trial lesson", 45, 2200),
      row("個人レッスン", "Private lesson", 60, 6600),
      row("特別レッスン", "Extended lesson", 90, 9900),
    ),
  ],
};

/** The kinds of shop within a trade, each with three services. */
export function menuSets(vertical: Vertical): readonly MenuSet[] {
  return menus[vertical];
}

export function suggestedMenus(vertical: Vertical, kind = 0): MenuRow[] {
  return (menus[vertical][kind]?.rows ?? []).map((m) => ({ ...m }));
}

/** Guests of restaurants and inns are given a table or a room; all others somebody who serves them. */
export function servedBy(vertical: Vertical): "staff" | "seat" | "room" {
  if (vertical === "restaurant") return "seat";
  return vertical === "lodging" ? "room" : "staff";
}

export interface Place {
  name: string;
  people: number | null;
}

/** Who or what takes the first bookings: the owner, or some tables or rooms. */
export function suggestedPlaces(vertical: Vertical, owner: string): Place[] {
  switch (servedBy(vertical)) {
    case "seat":
      return [
        { name: "テーブル1", people: 4 },
        { name: "テーブル2", people: 4 },
        { name: "カウンター", people: 2 },
      ];
    case "room":
      return [{ name: "個室1", people: 4 }];
    default:
      return [{ name: owner, people: null }];
  }
}
