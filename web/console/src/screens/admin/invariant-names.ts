import { texts } from "@/text/texts";

/** What must hold, in words; the API's own words are English. */
export const invariantNames = texts({
  ja: {
    what: {
      I1: "同じスタッフ・部屋・設備が、同じ時間に重ねて使われていない",
      I2: "有効な予約は営業時間とシフトの中にあるか、例外の印が付いている",
      I3: "予約の履歴は許された順に進み、現在の状態で終わっている",
      I4: "予約の版の番号は、変更の回数と一致している",
      I5: "有効な予約は示されたとおりの時間を占め、期限を過ぎて待つものはない",
      I9: "どの出来事にもメッセージがあり、待っているメッセージにはジョブがある",
      I10: "同じメッセージが3回以上、または必要以上に送られていない",
      I11: "すべての行は、参照する相手と同じ店舗に属している",
      I12: "一つの操作の鍵から生まれた結果は一つだけで、失われていない",
      I13: "操作の記録の連鎖に改ざんがない",
    },
  },
  en: {
    what: {
      I1: "No unit of a resource is taken twice at one time",
      I2: "Every booking that stands is within hours and shifts, or marked as outside",
      I3: "The history of every booking is an allowed path that ends in its present status",
      I4: "The version of every booking is the number of its changes",
      I5: "What stands occupies just what it says, and nothing waits past its time",
      I9: "Every event has its message, and every message that waits has its job",
      I10: "No message is sent more than twice, or more often than there was to tell",
      I11: "Rows belong to the business of what they refer to",
      I12: "A key had one effect, which is there",
      I13: "The hash chain of every trail verifies",
    },
  },
});
