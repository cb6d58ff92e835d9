import { useMutation } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import type { SecondFactorStep, Session } from "../../../protocol/api/auth.ts";
import { api } from "../../api/client.ts";
import { askPasskey, passkeysPossible } from "../../api/passkeys.ts";
import { fieldOf } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Problem } from "../../ui/problem.tsx";
import { CodeField } from "../account/code-field.tsx";
import { AuthForm, linkClass } from "./auth-form.tsx";
import { AuthFrame } from "./frame.tsx";

type Step = SecondFactorStep["secondFactor"];
type Way = Step["methods"][number];

interface SecondStepProps {
  step: Step;
  onSignedIn: (session: Session) => void;
  /** Back to the password: the ticket counts for five minutes only. */
  onBack: () => void;
}

const others: Record<Way, string> = {
  totp: "Use your authenticator app",
  passkey: "Use a passkey",
  recovery_code: "Use a recovery code",
};

/** After the password: a code, a passkey or a recovery code. */
export function SecondStep({ step, onSignedIn, onBack }: SecondStepProps) {
  const ways = step.methods.filter((way) => way !== "passkey" || passkeysPossible());
  const [way, setWay] = useState<Way | undefined>(ways[0]);
  const given = { ticket: step.ticket, onSignedIn };
  return (
    <AuthFrame title="Second step" lead="Your account asks for more than the password.">
      {way === "totp" ? <Code {...given} /> : null}
      {way === "passkey" ? <WithPasskey {...given} /> : null}
      {way === "recovery_code" ? <RecoveryCode {...given} /> : null}
      {way === undefined ? (
        <p>Your passkeys belong to another address of this Muster. Open it there, then sign in.</p>
      ) : null}
      <div className="mt-5 flex flex-col items-start gap-2 text-sm">
        {ways
          .filter((one) => one !== way)
          .map((one) => (
            <button key={one} type="button" className={linkClass} onClick={() => setWay(one)}>
              {others[one]}
            </button>
          ))}
        <button type="button" className={linkClass} onClick={onBack}>
          Back to the password
        </button>
      </div>
    </AuthFrame>
  );
}

interface WayProps {
  ticket: string;
  onSignedIn: (session: Session) => void;
}

function Code({ ticket, onSignedIn }: WayProps) {
  const [code, setCode] = useState("");
  const send = useMutation({
    mutationFn: () => api.callAnonymously("POST /v1/auth/second-factor", { body: { ticket, code } }),
    onSuccess: (session) => onSignedIn(session),
  });
  return (
    <AuthForm action="Sign in" busy={send.isPending} error={send.error} onSubmit={() => send.mutate()}>
      <CodeField value={code} onChange={setCode} error={fieldOf(send.error, "code")} autoFocus />
    </AuthForm>
  );
}

function RecoveryCode({ ticket, onSignedIn }: WayProps) {
  const [recoveryCode, setRecoveryCode] = useState("");
  const send = useMutation({
    mutationFn: () => api.callAnonymously("POST /v1/auth/second-factor", { body: { ticket, recoveryCode } }),
    onSuccess: (session) => onSignedIn(session),
  });
  return (
    <AuthForm action="Sign in" busy={send.isPending} error={send.error} onSubmit={() => send.mutate()}>
      <TextField
        label="Recovery code"
        required
        autoComplete="off"
        spellCheck={false}
        maxLength={60}
        hint="One of the ten that you kept. It counts once."
        value={recoveryCode}
        onChange={(event) => setRecoveryCode(event.target.value)}
        error={fieldOf(send.error, "recoveryCode")}
      />
    </AuthForm>
  );
}

function WithPasskey({ ticket, onSignedIn }: WayProps) {
  const send = useMutation({
    mutationFn: async () => {
      const options = await api.callAnonymously("POST /v1/auth/passkeys/options", { body: { ticket } });
      const passkey = await askPasskey(options);
      return api.callAnonymously("POST /v1/auth/second-factor", { body: { ticket, passkey } });
    },
    onSuccess: (session) => onSignedIn(session),
  });
  return (
    <div className="flex flex-col gap-4">
      {send.error ? <Problem error={send.error} /> : null}
      <Button look="primary" busy={send.isPending} onClick={() => send.mutate()}>
        <KeyRound aria-hidden className="size-3.5" />
        Show a passkey
      </Button>
    </div>
  );
}
