import { TextField } from "@/ui/field";

interface Props {
  label: string;
  value: number | null;
  onChange: (to: number | null) => void;
  min?: number;
  max?: number;
  error?: string | undefined;
  hint?: string;
  className?: string;
}

/** A whole number; empty is null. */
export function NumberField({ value, onChange, ...rest }: Props) {
  return (
    <TextField
      {...rest}
      type="number"
      inputMode="numeric"
      step={1}
      value={value ?? ""}
      onChange={(e) => onChange(e.target.value === "" ? null : Math.trunc(e.target.valueAsNumber))}
    />
  );
}

/** A time of day; midnight at the end of a day and what lies behind it are typed as they are said, 25:00. */
export function MinuteField({
  value,
  onChange,
  ...rest
}: Omit<Props, "min" | "max" | "value" | "onChange"> & { value: number; onChange: (to: number) => void }) {
  const clock = `${String(Math.floor(value / 60)).padStart(2, "0")}:${String(value % 60).padStart(2, "0")}`;
  return (
    <TextField
      {...rest}
      key={clock}
      defaultValue={clock}
      inputMode="numeric"
      pattern="[0-9]{1,2}:[0-5][0-9]"
      onBlur={(e) => {
        const [, h, m] = /^(\d{1,2}):?([0-5]\d)$/.exec(e.target.value.normalize("NFKC").trim()) ?? [];
        if (h && m) onChange(Math.min(Number(h) * 60 + Number(m), 1800));
        else e.target.value = clock;
      }}
    />
  );
}
