import { texts, useTexts } from "@/text/texts";
import { TextArea, TextField } from "./field";

const words = texts({
  ja: { ja: (label: string) => `${label}(日本語)`, en: (label: string) => `${label}(英語)` },
  en: { ja: (label: string) => `${label} (Japanese)`, en: (label: string) => `${label} (English)` },
});

type Text = Record<string, string | undefined>;

interface Props {
  label: string;
  value: Text | undefined;
  onChange: (to: { ja: string } & Record<string, string>) => void;
  /** Of `ja` and `en`, as the API names them. */
  errors?: { ja?: string | undefined; en?: string | undefined };
  required?: boolean;
  long?: boolean;
  maxLength?: number;
}

/** A text in both languages; Japanese is the one that must be there. */
export function LocalizedField({ label, value, onChange, errors, required, long, maxLength }: Props) {
  const t = useTexts(words);
  const Line = long ? TextArea : TextField;
  const set = (lang: "ja" | "en", to: string) => {
    const next: { ja: string } & Record<string, string> = { ja: value?.["ja"] ?? "", ...(value?.["en"] ? { en: value["en"] } : {}) };
    if (lang === "ja") next.ja = to;
    else if (to === "") delete next["en"];
    else next["en"] = to;
    onChange(next);
  };
  return (
    <div className={`grid gap-4 ${long ? "" : "sm:grid-cols-2"}`}>
      <Line
        label={t.ja(label)}
        lang="ja"
        value={value?.["ja"] ?? ""}
        onChange={(e) => set("ja", e.target.value)}
        error={errors?.ja}
        required={required ?? false}
        maxLength={maxLength}
      />
      <Line
        label={t.en(label)}
        lang="en"
        value={value?.["en"] ?? ""}
        onChange={(e) => set("en", e.target.value)}
        error={errors?.en}
        maxLength={maxLength}
      />
    </div>
  );
}
