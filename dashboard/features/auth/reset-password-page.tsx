import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api/client.ts";
import { ApiError } from "../../api/problem.ts";
import { signedOut } from "../../api/session.ts";
import { fieldOf } from "../../api/use-write.ts";
import { buttonClass } from "../../ui/button.tsx";
import { AuthForm, NewPasswordField } from "./auth-form.tsx";
import { DeadLink } from "./dead-link.tsx";
import { AuthFrame } from "./frame.tsx";
import { linkPage } from "./link-token.tsx";

export const ResetPasswordPage = linkPage(function ResetPassword({ token }) {
  const [password, setPassword] = useState("");
  const send = useMutation({
    mutationFn: () =>
      api.callAnonymously("POST /v1/auth/password-reset/complete", { body: { token, password } }),
    // A session of this browser has ended with all the others.
    onSuccess: signedOut,
  });
  if (send.isSuccess) {
    return (
      <AuthFrame title="Your password is changed" lead="You were signed out everywhere.">
        <Link to="/sign-in" className={buttonClass("primary")}>
          Sign in with the new password
        </Link>
      </AuthFrame>
    );
  }
  if (token === "" || (send.error instanceof ApiError && send.error.code === "token_invalid")) {
    return (
      <AuthFrame title="This link does not count" lead="Your password was not changed.">
        <DeadLink error={send.error}>
          <Link to="/forgot-password" className={buttonClass("primary")}>
            Ask for a new link
          </Link>
        </DeadLink>
      </AuthFrame>
    );
  }
  return (
    <AuthFrame title="Choose a new password" lead="It ends every session of your account.">
      <AuthForm
        action="Change the password"
        busy={send.isPending}
        error={send.error}
        onSubmit={() => send.mutate()}
      >
        <NewPasswordField
          label="New password"
          value={password}
          onChange={setPassword}
          error={fieldOf(send.error, "password")}
        />
      </AuthForm>
    </AuthFrame>
  );
});
