import { useMutation, useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import type { Factors } from "../../../protocol/api/factors.ts";
import { api } from "../../api/client.ts";
import { askPasskey, passkeysPossible } from "../../api/passkeys.ts";
import { answerPresence } from "../../api/presence.ts";
import { useSession } from "../../api/session.ts";
import { fieldOf } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { CodeField } from "./code-field.tsx";
import { factorsQuery } from "./factors-query.ts";

/** Asks that the person shows to be there. On the page while a call waits for it. */
export function PresenceDialog() {
  const factors = useQuery(factorsQuery);
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) answerPresence(false);
      }}
      title="Confirm that it is you"
      description="This is a sensitive change, and you signed in a while ago."
    >
      {factors.error ? <Problem error={factors.error} retry={factors.refetch} /> : null}
      {factors.data ? <Ways factors={factors.data} /> : factors.error ? null : <Skeleton rows={3} />}
    </Dialog>
  );
}

function Ways({ factors }: { factors: Factors }) {
  const hasPassword = useSession()?.user.hasPassword ?? false;
  const app = factors.totp !== null;
  const withPassword = app || (hasPassword && factors.passkeys.length === 0);
  const withPasskey = factors.passkeys.length > 0 && passkeysPossible();
  if (!withPassword && !withPasskey) {
    return <p>Sign out, and sign in again the way you did. Then try again.</p>;
  }
  return (
    <div className="flex flex-col gap-5">
      {withPasskey ? <ByPasskey /> : null}
      {withPassword ? <ByPassword hasPassword={hasPassword} app={app} /> : null}
    </div>
  );
}

function ByPasskey() {
  const confirm = useMutation({
    mutationFn: async () => {
      const passkey = await askPasskey(await api.call("POST /v1/auth/confirm/options"));
      return api.call("POST /v1/auth/confirm", { body: { passkey } });
    },
    onSuccess: () => answerPresence(true),
  });
  return (
    <div className="flex flex-col gap-4">
      {confirm.error ? <Problem error={confirm.error} /> : null}
      <Button look="primary" busy={confirm.isPending} onClick={() => confirm.mutate()}>
        <KeyRound aria-hidden className="size-3.5" />
        Confirm with a passkey
      </Button>
    </div>
  );
}

function ByPassword({ hasPassword, app }: { hasPassword: boolean; app: boolean }) {
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const confirm = useMutation({
    mutationFn: () =>
      api.call("POST /v1/auth/confirm", {
        body: { ...(hasPassword && { password }), ...(app && { code }) },
      }),
    onSuccess: () => answerPresence(true),
  });
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        confirm.mutate();
      }}
    >
      {hasPassword ? (
        <TextField
          label="Password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          error={fieldOf(confirm.error, "password")}
        />
      ) : null}
      {app ? <CodeField value={code} onChange={setCode} error={fieldOf(confirm.error, "code")} /> : null}
      {confirm.error ? <Problem error={confirm.error} /> : null}
      <Button type="submit" look="primary" busy={confirm.isPending}>
        Confirm
      </Button>
    </form>
  );
}
