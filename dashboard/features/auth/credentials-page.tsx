import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useState } from "react";
import type { Session } from "../../../protocol/api/auth.ts";
import { api } from "../../api/client.ts";
import { ApiError } from "../../api/problem.ts";
import { queryClient } from "../../api/queries.ts";
import { signedIn } from "../../api/session.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Problem } from "../../ui/problem.tsx";
import { AuthFrame } from "./frame.tsx";

interface CredentialsPageProps<T> {
  title: string;
  lead: string;
  /** Where e-mail and password go. */
  path: string;
  action: string;
  newPassword?: boolean;
  /** Sent besides. */
  extra?: Record<string, string>;
  /** Asked before e-mail and password, with the server's refusal of a field. */
  fields?: (refused: (path: string) => string | undefined) => ReactNode;
  onSignedIn: (answer: T) => void;
  /** The way to the other page. */
  footer: ReactNode;
}

/** Sign-in and sign-up: a form around an e-mail address and a password. */
export function CredentialsPage<T extends Session>({
  title,
  lead,
  path,
  action,
  newPassword = false,
  extra,
  fields,
  onSignedIn,
  footer,
}: CredentialsPageProps<T>) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const send = useMutation({
    mutationFn: () => api.anonymous<T>(path, { email, password, ...extra }),
    onSuccess: (answer) => {
      queryClient.clear();
      signedIn(answer);
      onSignedIn(answer);
    },
  });
  const refused = (field: string) => (send.error instanceof ApiError ? send.error.field(field) : undefined);
  return (
    <AuthFrame title={title} lead={lead}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          send.mutate();
        }}
      >
        {fields?.(refused)}
        <TextField
          label="E-mail"
          type="email"
          name="email"
          autoComplete="username"
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          error={refused("email")}
        />
        <TextField
          label="Password"
          type="password"
          name="password"
          autoComplete={newPassword ? "new-password" : "current-password"}
          required
          {...(newPassword ? { minLength: 12, hint: "At least 12 characters." } : {})}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          error={refused("password")}
        />
        {send.error ? <Problem error={send.error} /> : null}
        <Button type="submit" look="primary" busy={send.isPending}>
          {action}
        </Button>
      </form>
      <p className="mt-5 text-sm text-soft">{footer}</p>
    </AuthFrame>
  );
}
