import { type ComponentProps, type ReactNode, useId } from "react";
import { cx } from "../lib/class-names.ts";

export const inputClass =
  "h-8.5 w-full min-w-0 rounded-md border border-line-strong/60 bg-raised px-2.5 text-base text-text placeholder:text-faint " +
  "hover:border-line-strong aria-invalid:border-bad disabled:opacity-60";

interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  className?: string;
  children: (props: {
    id: string;
    "aria-describedby": string | undefined;
    "aria-invalid": boolean | undefined;
  }) => ReactNode;
}

/** A label, its control, and below it the hint and the error that screen readers hear with the control. */
export function Field({ label, hint, error, className, children }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  return (
    <div className={cx("flex min-w-0 flex-col gap-1.5", className)}>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({
        id,
        "aria-describedby": hint || error ? noteId : undefined,
        "aria-invalid": error ? true : undefined,
      })}
      {hint || error ? (
        <div id={noteId} className={cx("text-xs", error ? "text-bad" : "text-soft")}>
          {error ?? hint}
        </div>
      ) : null}
    </div>
  );
}

interface TextFieldProps extends Omit<ComponentProps<"input">, "id"> {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
}

export function TextField({ label, hint, error, className, ...rest }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error} {...(className ? { className } : {})}>
      {(control) => <input type="text" {...rest} {...control} className={inputClass} />}
    </Field>
  );
}

interface LinesFieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  placeholder?: string;
  value: string;
  onChange: (text: string) => void;
}

/** A list, one item a line. */
export function LinesField({ label, hint, error, placeholder, value, onChange }: LinesFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <textarea
          {...control}
          rows={3}
          value={value}
          placeholder={placeholder}
          className={`${inputClass} h-auto py-1.5 font-mono text-sm`}
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </Field>
  );
}

export const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

interface SelectFieldProps extends Omit<ComponentProps<"select">, "id"> {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
}

/** The platform's own select: it works by keyboard, by screen reader and on a phone. */
export function SelectField({ label, hint, error, className, children, ...rest }: SelectFieldProps) {
  return (
    <Field label={label} hint={hint} error={error} {...(className ? { className } : {})}>
      {(control) => (
        <select {...rest} {...control} className={cx(inputClass, "pr-7")}>
          {children}
        </select>
      )}
    </Field>
  );
}

interface CheckFieldProps {
  label: ReactNode;
  hint?: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
}

export function CheckField({ label, hint, checked, onChange, disabled }: CheckFieldProps) {
  const noteId = useId();
  return (
    <div className="flex flex-col gap-1">
      <label className="flex items-start gap-2 text-base">
        <input
          type="checkbox"
          className="mt-1 accent-accent"
          checked={checked}
          disabled={disabled}
          aria-describedby={hint ? noteId : undefined}
          onChange={(event) => onChange(event.target.checked)}
        />
        <span>{label}</span>
      </label>
      {hint ? (
        <div id={noteId} className="pl-5.5 text-xs text-soft">
          {hint}
        </div>
      ) : null}
    </div>
  );
}

interface RadioFieldProps<T extends string> {
  legend: string;
  value: T;
  options: readonly { value: T; label: string; hint?: string }[];
  onChange: (value: T) => void;
}

/** A few choices that need a sentence each. */
export function RadioField<T extends string>({ legend, value, options, onChange }: RadioFieldProps<T>) {
  const name = useId();
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-sm font-medium">{legend}</legend>
      {options.map((option) => (
        <label key={option.value} className="flex items-start gap-2 text-base">
          <input
            type="radio"
            name={name}
            className="mt-1 accent-accent"
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span>
            {option.label}
            {option.hint ? <span className="block text-sm text-soft">{option.hint}</span> : null}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
