import { useTexts } from "@/text/texts";
import { words } from "./texts";

/** The customer comes for the first time. */
export function FirstVisit() {
  const t = useTexts(words);
  return <span className="mr-1 rounded-sm bg-ink px-1 text-xs font-normal whitespace-nowrap text-surface">{t.firstVisit}</span>;
}
