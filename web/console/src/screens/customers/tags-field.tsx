import { useState } from "react";
import { useTexts } from "@/text/texts";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/field";
import { words } from "./texts";

interface Props {
  tags: string[];
  onChange: (to: string[]) => void;
  error: string | undefined;
  disabled: boolean;
}

/** Short words about a customer; Enter, a comma, or leaving the field ends one. */
export function TagsField({ tags, onChange, error, disabled }: Props) {
  const t = useTexts(words);
  const [typed, setTyped] = useState("");
  const add = (text: string) => {
    const fresh = text
      .split(/[,、，]/)
      .map((s) => s.trim())
      .filter((s) => s !== "" && !tags.includes(s));
    setTyped("");
    if (fresh.length > 0) onChange([...new Set([...tags, ...fresh])]);
  };
  return (
    <div className="flex flex-col gap-2">
      <TextField
        label={t.fields.tags}
        hint={t.tagsHint}
        maxLength={100}
        value={typed}
        disabled={disabled}
        error={error}
        autoComplete="off"
        onChange={(e) => (/[,、，]$/.test(e.target.value) ? add(e.target.value) : setTyped(e.target.value))}
        onBlur={() => add(typed)}
        onKeyDown={(e) => {
          if (e.key !== "Enter" || typed.trim() === "" || e.nativeEvent.isComposing) return; // Enter ends the input of kanji first
          e.preventDefault();
          add(typed);
        }}
      />
      {tags.length > 0 && (
        <ul className="flex flex-wrap gap-2">
          {tags.map((tag) => (
            <li key={tag} className="inline-flex max-w-full items-center rounded-full bg-accent-soft pl-4">
              <bdi className="truncate">{tag}</bdi>
              <Button
                kind="quiet"
                disabled={disabled}
                aria-label={t.tagRemove(tag)}
                onClick={() => onChange(tags.filter((x) => x !== tag))}
              >
                <span aria-hidden>✕</span>
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
