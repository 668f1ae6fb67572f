import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes, useId } from "react";
import { common } from "@/text/common";
import { useTexts } from "@/text/texts";

interface Around {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
  required?: boolean;
  className?: string;
  /** The label is for readers of the page only; the place says it to the others. */
  hideLabel?: boolean;
}

interface Wiring {
  id: string;
  "aria-invalid"?: true;
  "aria-describedby"?: string;
  required?: boolean;
}

/** A label, what is asked for, what it means, and what was wrong with it. */
export function Field({
  label,
  hint,
  error,
  required,
  className = "",
  hideLabel,
  children,
}: Around & { children: (wiring: Wiring) => ReactNode }) {
  const id = useId();
  const words = useTexts(common);
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className={`flex flex-col gap-1 ${className}`}>
      <label htmlFor={id} className={hideLabel ? "sr-only" : "font-medium"}>
        {label}
        {required && <span className="ml-2 text-sm font-normal text-ink-soft">{words.required}</span>}
      </label>
      {children({
        id,
        ...(error ? { "aria-invalid": true as const } : {}),
        ...(described ? { "aria-describedby": described } : {}),
        ...(required ? { required } : {}),
      })}
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-ink-soft">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="text-sm font-medium text-bad">
          {error}
        </p>
      )}
    </div>
  );
}

const box = "target w-full rounded-lg border border-line-strong bg-surface px-3 py-2 text-ink aria-invalid:border-bad disabled:opacity-60";

type InputProps = Around & Omit<InputHTMLAttributes<HTMLInputElement>, keyof Around | "id">;

/** A line of text, a number, a date, a time. */
export function TextField({ label, hint, error, required, className, hideLabel, ...input }: InputProps) {
  return (
    <Field {...{ label, hint, error, required, className, hideLabel }}>
      {(wiring) => <input className={box} {...input} {...wiring} />}
    </Field>
  );
}

type AreaProps = Around & Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, keyof Around | "id">;

export function TextArea({ label, hint, error, required, className, hideLabel, ...area }: AreaProps) {
  return (
    <Field {...{ label, hint, error, required, className, hideLabel }}>
      {(wiring) => <textarea rows={3} className={box} {...area} {...wiring} />}
    </Field>
  );
}

type SelectProps = Around & Omit<SelectHTMLAttributes<HTMLSelectElement>, keyof Around | "id">;

export function SelectField({ label, hint, error, required, className, hideLabel, children, ...select }: SelectProps) {
  return (
    <Field {...{ label, hint, error, required, className, hideLabel }}>
      {(wiring) => (
        <select className={box} {...select} {...wiring}>
          {children}
        </select>
      )}
    </Field>
  );
}

type CheckProps = Omit<InputHTMLAttributes<HTMLInputElement>, "type" | "id"> & { label: ReactNode; hint?: ReactNode };

export function CheckField({ label, hint, className = "", ...input }: CheckProps) {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className="target flex items-center gap-3">
        <input
          id={id}
          type="checkbox"
          className="size-5 shrink-0 accent-accent"
          {...(hint ? { "aria-describedby": `${id}-hint` } : {})}
          {...input}
        />
        <span>{label}</span>
      </label>
      {hint && (
        <p id={`${id}-hint`} className="ml-8 text-sm text-ink-soft">
          {hint}
        </p>
      )}
    </div>
  );
}
