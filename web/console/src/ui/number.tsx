import { clockTime } from "@/text/format";
import { TextField } from "./field";
import { parseMinute } from "./ranges";

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

type MinuteProps = Omit<Props, "min" | "max" | "value" | "onChange"> & {
  value: number;
  onChange: (to: number) => void;
  hideLabel?: boolean;
};

/** A time of day; what lies behind midnight is typed as it is said, 25:00. What cannot be read is put back. */
export function MinuteField({ value, onChange, ...rest }: MinuteProps) {
  const clock = clockTime(value);
  return (
    <TextField
      {...rest}
      key={clock}
      defaultValue={clock}
      inputMode="numeric"
      maxLength={5}
      onBlur={(e) => {
        const minute = parseMinute(e.target.value);
        e.target.value = clock;
        if (minute !== undefined && minute !== value) onChange(minute);
      }}
    />
  );
}
