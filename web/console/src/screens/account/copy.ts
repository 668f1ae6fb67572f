import { texts, useTexts } from "@/text/texts";
import { toast } from "@/ui/toast";

const words = texts({
  ja: { copied: "コピーしました", failed: "コピーできませんでした。文字を選んでコピーしてください。" },
  en: { copied: "Copied", failed: "It could not be copied. Please select the text and copy it." },
});

/** Copies a text and says so; some devices let no page do that. */
export function useCopy(): (text: string) => Promise<void> {
  const t = useTexts(words);
  return async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      toast(t.copied);
    } catch {
      toast(t.failed, { kind: "bad" });
    }
  };
}
