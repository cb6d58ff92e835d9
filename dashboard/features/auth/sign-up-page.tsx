import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { LinkSent } from "../../../protocol/api/auth.ts";
import { api } from "../../api/client.ts";
import { fieldOf } from "../../api/use-write.ts";
import { TextField } from "../../ui/field.tsx";
import { AuthForm, EmailField, linkClass, NewPasswordField } from "./auth-form.tsx";
import { CheckMail } from "./check-mail.tsx";
import { AuthFrame } from "./frame.tsx";

export function SignUpPage() {
  const [organizationName, setOrganizationName] = useState("");
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [sent, setSent] = useState<LinkSent | null>(null);
  const send = useMutation({
    mutationFn: () =>
      api.callAnonymously("POST /v1/auth/sign-up", {
        body: { email, password, organizationName, ...(name.trim() && { name }) },
      }),
    onSuccess: setSent,
  });
  const signIn = (
    <>
      Already have an account?{" "}
      <Link to="/sign-in" className={linkClass}>
        Sign in
      </Link>
    </>
  );
  if (sent) {
    return (
      <CheckMail
        sent={sent}
        does="opens your account"
        again={{ send: () => send.mutate(), busy: send.isPending, error: send.error }}
        footer={signIn}
      />
    );
  }
  const refused = (path: string) => fieldOf(send.error, path);
  return (
    <AuthFrame
      title="Create an account"
      lead="You get an organization with a project, a production environment and a first fleet."
    >
      <AuthForm
        action="Create account"
        busy={send.isPending}
        error={send.error}
        onSubmit={() => send.mutate()}
      >
        <TextField
          label="Organization"
          name="organization"
          autoComplete="organization"
          required
          maxLength={100}
          value={organizationName}
          onChange={(event) => setOrganizationName(event.target.value)}
          error={refused("organizationName")}
        />
        <TextField
          label="Your name"
          name="name"
          autoComplete="name"
          maxLength={100}
          hint="As others see you. May stay empty."
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={refused("name")}
        />
        <EmailField value={email} onChange={setEmail} error={refused("email")} />
        <NewPasswordField value={password} onChange={setPassword} error={refused("password")} />
      </AuthForm>
      <p className="mt-5 text-sm text-soft">{signIn}</p>
    </AuthFrame>
  );
}
