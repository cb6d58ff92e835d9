import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client.ts";
import { invalidate } from "../../api/queries.ts";
import type { SignedIn } from "../../api/session.ts";
import { fieldOf } from "../../api/use-write.ts";
import { exactTime } from "../../lib/time.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Panel } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";

export function EmailPanel({ user }: { user: SignedIn["user"] }) {
  const [email, setEmail] = useState("");
  const ask = useMutation({
    mutationFn: () => api.call("POST /v1/me/email", { body: { email } }),
    onSuccess: async () => {
      setEmail("");
      await invalidate("/v1/me/events");
    },
  });
  return (
    <Panel title="E-mail address" description={`You sign in with ${user.email}, and mail goes there.`}>
      <form
        className="flex max-w-md flex-col items-start gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          ask.mutate();
        }}
      >
        <TextField
          label="New address"
          className="w-full"
          type="email"
          autoComplete="email"
          required
          maxLength={254}
          hint="A link goes to the new address. Nothing changes until it is opened."
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          error={fieldOf(ask.error, "email")}
        />
        {ask.error ? <Problem error={ask.error} /> : null}
        {ask.data ? (
          <p role="status" className="text-sm text-good">
            We wrote to {ask.data.email}. The link counts until {exactTime(ask.data.expiresAt)}.
          </p>
        ) : null}
        <Button type="submit" busy={ask.isPending}>
          Change address
        </Button>
      </form>
    </Panel>
  );
}
