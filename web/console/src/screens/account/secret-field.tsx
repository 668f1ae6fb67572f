import { type ComponentProps, useState } from "react";
import { useTexts } from "@/text/texts";
import { CheckField, TextField } from "@/ui/field";
import { words } from "./texts";

/** A password, which may be shown: what is long is typed wrong unseen. */
export function SecretField(props: Omit<ComponentProps<typeof TextField>, "type">) {
  const t = useTexts(words);
  const [shown, setShown] = useState(false);
  return (
    <div>
      <TextField {...props} type={shown ? "text" : "password"} />
      <CheckField label={t.showPassword} checked={shown} onChange={(e) => setShown(e.target.checked)} />
    </div>
  );
}
