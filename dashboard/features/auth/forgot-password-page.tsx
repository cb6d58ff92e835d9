import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { LinkSent } from "../../../protocol/api/auth.ts";
import { api } from "../../api/client.ts";
import { fieldOf } from "../../api/use-write.ts";
import { AuthForm, EmailField, linkClass } from "./auth-form.tsx";
import { CheckMail } from "./check-mail.tsx";
import { AuthFrame } from "./frame.tsx";

export function ForgotPasswordPage() {
  const [email, setEmail] = useState("");
  const [sent, setSent] = useState<LinkSent | null>(null);
  const send = useMutation({
    mutationFn: () => api.callAnonymously("POST /v1/auth/password-reset", { body: { email } }),
    onSuccess: setSent,
  });
  const signIn = (
    <>
      Remembered it?{" "}
      <Link to="/sign-in" className={linkClass}>
        Sign in
      </Link>
    </>
  );
  if (sent) {
    return (
      <CheckMail
        sent={sent}
        does="sets a new password, if there is an account with this address"
        again={{ send: () => send.mutate(), busy: send.isPending, error: send.error }}
        footer={signIn}
      />
    );
  }
  return (
    <AuthFrame title="Forgot the password?" lead="We mail you a link that sets a new one.">
      <AuthForm
        action="Mail me a link"
        busy={send.isPending}
        error={send.error}
        onSubmit={() => send.mutate()}
      >
        <EmailField value={email} onChange={setEmail} error={fieldOf(send.error, "email")} />
      </AuthForm>
      <p className="mt-5 text-sm text-soft">{signIn}</p>
    </AuthFrame>
  );
}
