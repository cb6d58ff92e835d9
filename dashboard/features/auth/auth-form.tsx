import type { ReactNode } from "react";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Problem } from "../../ui/problem.tsx";

interface AuthFormProps {
  action: string;
  busy: boolean;
  error: unknown;
  onSubmit: () => void;
  children: ReactNode;
}

export function AuthForm({ action, busy, error, onSubmit, children }: AuthFormProps) {
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {children}
      {error ? <Problem error={error} /> : null}
      <Button type="submit" look="primary" busy={busy}>
        {action}
      </Button>
    </form>
  );
}

interface ValueProps {
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
}

export function EmailField({ value, onChange, error }: ValueProps) {
  return (
    <TextField
      label="E-mail"
      type="email"
      name="email"
      autoComplete="username"
      required
      maxLength={254}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      error={error}
    />
  );
}

/** One that is typed for the first time. */
export function NewPasswordField({
  value,
  onChange,
  error,
  label = "Password",
}: ValueProps & { label?: string }) {
  return (
    <TextField
      label={label}
      type="password"
      name="new-password"
      autoComplete="new-password"
      required
      minLength={12}
      maxLength={200}
      hint="At least 12 characters. A few words that nobody would guess are better than signs."
      value={value}
      onChange={(event) => onChange(event.target.value)}
      error={error}
    />
  );
}

export const linkClass = "font-medium text-accent underline underline-offset-2";
