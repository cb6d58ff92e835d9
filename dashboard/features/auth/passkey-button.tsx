import { useMutation } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import type { Session } from "../../../protocol/api/auth.ts";
import { api } from "../../api/client.ts";
import { askPasskey, passkeysPossible } from "../../api/passkeys.ts";
import { Button } from "../../ui/button.tsx";
import { Problem } from "../../ui/problem.tsx";

/** Signs in without e-mail address and password. Not there where browsers have no passkeys. */
export function PasskeyButton({ onSignedIn }: { onSignedIn: (session: Session) => void }) {
  const send = useMutation({
    mutationFn: async () => {
      const passkey = await askPasskey(await api.callAnonymously("POST /v1/auth/passkeys/options"));
      return api.callAnonymously("POST /v1/auth/passkeys", { body: { passkey } });
    },
    onSuccess: (session) => onSignedIn(session),
  });
  if (!passkeysPossible()) return null;
  return (
    <div className="flex flex-col gap-3">
      <Button busy={send.isPending} onClick={() => send.mutate()}>
        <KeyRound aria-hidden className="size-3.5" />
        Sign in with a passkey
      </Button>
      {send.error ? <Problem error={send.error} /> : null}
    </div>
  );
}
