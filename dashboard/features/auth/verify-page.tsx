import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api/client.ts";
import { ApiError } from "../../api/problem.ts";
import { fieldOf } from "../../api/use-write.ts";
import { buttonClass } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { AuthForm } from "./auth-form.tsx";
import { DeadLink } from "./dead-link.tsx";
import { enter } from "./enter.ts";
import { AuthFrame } from "./frame.tsx";
import { linkPage } from "./link-token.tsx";

/** Where the link of a sign-up leads. It asks for the password: only who has signed up knows it. */
export const VerifyPage = linkPage(function Verify({ token }) {
  const navigate = useNavigate();
  const [password, setPassword] = useState("");
  const open = useMutation({
    mutationFn: () => api.callAnonymously("POST /v1/auth/email-verification", { body: { token, password } }),
    onSuccess: (answer) => {
      enter(answer);
      void navigate({ to: "/fleets/$fleetId", params: { fleetId: answer.created.fleet } });
    },
  });
  const dead = open.error instanceof ApiError && open.error.code === "token_invalid";
  if (dead || token === "") {
    return (
      <AuthFrame title="The account was not opened" lead="Nothing was changed.">
        <DeadLink error={open.error}>
          <Link to="/sign-up" className={buttonClass("primary")}>
            Sign up again
          </Link>
        </DeadLink>
      </AuthFrame>
    );
  }
  return (
    <AuthFrame
      title="Confirm your address"
      lead="This opens the account that was asked for with your address."
    >
      <AuthForm
        action="Open my account"
        busy={open.isPending}
        error={open.error}
        onSubmit={() => open.mutate()}
      >
        <TextField
          label="Password"
          type="password"
          name="password"
          autoComplete="current-password"
          required
          hint="The one that you chose when you signed up. If you did not sign up, close this page: no account is made."
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          error={fieldOf(open.error, "password")}
        />
      </AuthForm>
    </AuthFrame>
  );
});
