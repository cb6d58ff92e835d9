import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api/client.ts";
import { fieldOf } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Problem } from "../../ui/problem.tsx";
import { enter } from "../auth/enter.ts";
import { forgetInvitationToken } from "./kept-token.ts";

/** A new account for the invited address; the link has proved the address. */
export function JoinForm({ token, email }: { token: string; email: string }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const navigate = useNavigate();
  const join = useMutation({
    mutationFn: () =>
      api.callAnonymously("POST /v1/auth/sign-up-invited", { body: { token, name, password } }),
    onSuccess: (session) => {
      enter(session);
      forgetInvitationToken();
      const [organization] = session.organizations;
      void (organization
        ? navigate({ to: "/orgs/$orgId", params: { orgId: organization.id } })
        : navigate({ to: "/" }));
    },
  });
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        join.mutate();
      }}
    >
      <TextField label="E-mail" type="email" autoComplete="username" value={email} readOnly />
      <TextField
        label="Your name"
        required
        maxLength={100}
        autoComplete="name"
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={fieldOf(join.error, "name")}
      />
      <TextField
        label="Password"
        type="password"
        required
        minLength={12}
        autoComplete="new-password"
        hint="At least 12 characters."
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        error={fieldOf(join.error, "password")}
      />
      {join.error ? <Problem error={join.error} /> : null}
      <Button type="submit" look="primary" busy={join.isPending}>
        Create the account and join
      </Button>
    </form>
  );
}
