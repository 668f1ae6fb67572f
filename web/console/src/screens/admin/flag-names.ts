import type { Lang } from "@/text/lang";

/** What is different where a flag is on, in our languages; of a flag that the program learnt later, the program says it. */
export const flagNames: Record<string, Record<Lang, string>> = {
  business_api_keys: {
    ja: "店舗のオーナーがAPIキーを作り、ほかのプログラムに店舗の操作を任せられるようになります。すでにあるキーは、停止中も使えます。",
    en: "Owners can create API keys, with which other programs act for their business. Keys that exist work on either way.",
  },
};
