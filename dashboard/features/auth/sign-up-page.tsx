import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { api } from "../../api/client.ts";
import { ApiError } from "../../api/problem.ts";
import { queryClient } from "../../api/queries.ts";
import { signedIn } from "../../api/session.ts";
import type { SignUpAnswer } from "../../api/types.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Problem } from "../../ui/problem.tsx";
import { AuthFrame } from "./frame.tsx";

export function SignUpPage() {
  const navigate = useNavigate();
  const [organizationName, setOrganizationName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const signUp = useMutation({
    mutationFn: () => api.anonymous<SignUpAnswer>("/v1/auth/sign-up", { email, password, organizationName }),
    onSuccess: (answer) => {
      queryClient.clear();
      signedIn(answer);
      void navigate({ to: "/fleets/$fleetId", params: { fleetId: answer.created.fleet } });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signUp.mutate();
  };
  const field = (path: string) => (signUp.error instanceof ApiError ? signUp.error.field(path) : undefined);
  return (
    <AuthFrame
      title="Create an account"
      lead="You get an organization with a project, a production environment and a first fleet."
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          label="Organization"
          name="organization"
          autoComplete="organization"
          required
          maxLength={100}
          value={organizationName}
          onChange={(event) => setOrganizationName(event.target.value)}
          error={field("organizationName")}
        />
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
          autoComplete="new-password"
          required
          minLength={12}
          hint="At least 12 characters."
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          error={field("password")}
        />
        {signUp.error ? <Problem error={signUp.error} /> : null}
        <Button type="submit" look="primary" busy={signUp.isPending}>
          Create account
        </Button>
      </form>
      <p className="mt-5 text-sm text-soft">
        Already have one?{" "}
        <Link to="/sign-in" className="font-medium text-accent underline underline-offset-2">
          Sign in
        </Link>
      </p>
    </AuthFrame>
  );
}
