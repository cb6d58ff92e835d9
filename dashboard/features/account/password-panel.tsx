import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { plural } from "../../../domain/plural.ts";
import { api } from "../../api/client.ts";
import { invalidate } from "../../api/queries.ts";
import { refresh, type SignedIn } from "../../api/session.ts";
import { fieldOf } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Panel } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { NewPasswordField } from "../auth/auth-form.tsx";

export function PasswordPanel({ user }: { user: SignedIn["user"] }) {
  const [currentPassword, setCurrentPassword] = useState("");
  const [password, setPassword] = useState("");
  const change = useMutation({
    mutationFn: () =>
      api.call("POST /v1/me/password", {
        body: { password, ...(user.hasPassword && { currentPassword }) },
      }),
    onSuccess: async ({ endedSessions }) => {
      setCurrentPassword("");
      setPassword("");
      const ended = endedSessions > 0 ? ` ${plural(endedSessions, "other session")} ended.` : "";
      toast.success(`Your password is changed.${ended}`);
      await Promise.all([refresh(), invalidate("/v1/me/sessions"), invalidate("/v1/me/events")]);
    },
  });
  return (
    <Panel
      title="Password"
      description={
        user.hasPassword
          ? "A change ends every other session."
          : "You have none: you sign in by passkey or single sign-on."
      }
    >
      <form
        className="flex max-w-md flex-col items-start gap-4 [&>*:not(button)]:w-full"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        {user.hasPassword ? (
          <TextField
            label="Present password"
            type="password"
            autoComplete="current-password"
            required
            value={currentPassword}
            onChange={(event) => setCurrentPassword(event.target.value)}
            error={fieldOf(change.error, "currentPassword")}
          />
        ) : null}
        <NewPasswordField
          label="New password"
          value={password}
          onChange={setPassword}
          error={fieldOf(change.error, "password")}
        />
        {change.error ? <Problem error={change.error} /> : null}
        <Button type="submit" busy={change.isPending}>
          {user.hasPassword ? "Change password" : "Set a password"}
        </Button>
      </form>
    </Panel>
  );
}
