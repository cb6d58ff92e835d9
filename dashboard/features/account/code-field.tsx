import { TextField } from "../../ui/field.tsx";

interface CodeFieldProps {
  value: string;
  onChange: (code: string) => void;
  error?: string | undefined;
  autoFocus?: boolean;
}

/** Six digits of an authenticator app. */
export function CodeField({ value, onChange, error, autoFocus }: CodeFieldProps) {
  return (
    <TextField
      label="Code of your authenticator app"
      inputMode="numeric"
      autoComplete="one-time-code"
      pattern="\d{3} ?\d{3}"
      maxLength={7}
      required
      autoFocus={autoFocus}
      hint="The six digits that it shows now."
      value={value}
      onChange={(event) => onChange(event.target.value)}
      error={error}
    />
  );
}
