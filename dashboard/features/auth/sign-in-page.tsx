import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import type { Session } from "../../../protocol/api/auth.ts";
import { api } from "../../api/client.ts";
import { ApiError } from "../../api/problem.ts";
import { queryClient } from "../../api/queries.ts";
import { signedIn } from "../../api/session.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Problem } from "../../ui/problem.tsx";
import { AuthFrame } from "./frame.tsx";

export function SignInPage() {
  const search = useSearch({ from: "/sign-in" });
  const navigate = useNavigate();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useMutation({
    mutationFn: () => api.anonymous<Session>("/v1/auth/sign-in", { email, password }),
    onSuccess: (session) => {
      queryClient.clear();
      signedIn(session);
      void navigate({ href: search.return ?? "/" });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  const field = (path: string) => (signIn.error instanceof ApiError ? signIn.error.field(path) : undefined);
  return (
    <AuthFrame title="Sign in" lead="Back to your fleets.">
      <form onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          label="E-mail"
          type="email"
          name="email"
          autoComplete="username"
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          error={field("email")}
        />
        <TextField
          label="Password"
          type="password"
          name="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          error={field("password")}
        />
        {signIn.error ? <Problem error={signIn.error} /> : null}
        <Button type="submit" look="primary" busy={signIn.isPending}>
          Sign in
        </Button>
      </form>
      <p className="mt-5 text-sm text-soft">
        New here?{" "}
        <Link to="/sign-up" className="font-medium text-accent underline underline-offset-2">
          Create an account
        </Link>
      </p>
    </AuthFrame>
  );
}
