import { texts } from "@/text/texts";

/** Words of the admin panel that several of its screens use. */
export const words = texts({
  ja: {
    status: {
      draft: "準備中",
      pending_review: "審査待ち",
      approved: "公開中",
      suspended: "停止中",
      rejected: "お断り",
    },
    vertical: {
      hair_salon: "美容室",
      nail_eyelash: "ネイル・まつげ",
      spa_massage: "エステ・マッサージ",
      clinic: "クリニック",
      restaurant: "飲食店",
      fitness: "フィットネス",
      lodging: "宿泊",
      lesson: "教室",
    },
    role: { owner: "オーナー", manager: "店長", staff: "スタッフ", assistant: "アシスタント" },
    reason: "理由",
    reasonTrail: "運営の記録に残ります。",
    reasonMailed: "店舗のオーナーにメールでお知らせし、運営の記録に残ります。",
    required: "理由を入力してください。",
    search: "検索",
    name: "名前",
    email: "メール",
    since: "登録日",
    state: "状態",
    nothing: "当てはまるものはありません",
    nothingHint: "言葉や条件を変えて、もう一度お探しください。",
  },
  en: {
    status: {
      draft: "Draft",
      pending_review: "Waits for approval",
      approved: "Public",
      suspended: "Suspended",
      rejected: "Rejected",
    },
    vertical: {
      hair_salon: "Hair salon",
      nail_eyelash: "Nails and eyelashes",
      spa_massage: "Spa and massage",
      clinic: "Clinic",
      restaurant: "Restaurant",
      fitness: "Fitness",
      lodging: "Lodging",
      lesson: "Lessons",
    },
    role: { owner: "Owner", manager: "Manager", staff: "Staff", assistant: "Assistant" },
    reason: "Reason",
    reasonTrail: "It is kept in the platform's trail.",
    reasonMailed: "The owners of the business are told by mail, and it is kept in the platform's trail.",
    required: "Please enter a reason.",
    search: "Search",
    name: "Name",
    email: "E-mail",
    since: "Since",
    state: "State",
    nothing: "Nothing fits",
    nothingHint: "Try other words or conditions.",
  },
});

/** How a state of a business looks. */
export const statusLook = {
  draft: { tone: "calm", icon: "✎" },
  pending_review: { tone: "warn", icon: "◷" },
  approved: { tone: "good", icon: "✓" },
  suspended: { tone: "bad", icon: "■" },
  rejected: { tone: "calm", icon: "✕" },
} as const;

/** Operators work in the platform's time. */
export const platformZone = "Asia/Tokyo";
