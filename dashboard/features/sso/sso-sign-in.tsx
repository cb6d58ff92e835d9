import { useMutation } from "@tanstack/react-query";
import { Building2 } from "lucide-react";
import { useState } from "react";
import type { SsoFailure } from "../../../protocol/api/sso.ts";
import { api } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Problem } from "../../ui/problem.tsx";

/** The cause, then the fix. */
const failureTexts: Record<SsoFailure, string> = {
  state_invalid:
    "That sign-in was begun too long ago, in another browser, or ended already. Begin again here.",
  provider_refused: "Your identity provider did not let you in. Try again there, or ask who runs it.",
  answer_invalid:
    "What your identity provider answered does not hold. Try again; if it stays, tell an admin of yours.",
  provider_unavailable:
    "Your identity provider could not be asked, or is set up wrongly here. Try again; if it stays, an admin of yours can test the connection.",
  connection_disabled:
    "Single sign-on was switched off meanwhile. Sign in another way, or ask an admin of yours.",
  email_unverified:
    "Your identity provider does not say that your e-mail address is verified. Have it verified there, then try again.",
  domain_not_verified:
    "Your e-mail address is not in a domain that your organization has verified. Ask an admin of yours to verify it.",
  identity_changed:
    "Your identity provider knows this address as somebody else than before. Ask an admin to remove you as a member, then sign in again.",
  no_role: "None of your groups has a role here. Ask an admin of yours to map one of them.",
  quota_exceeded: "Your organization has as many members as its plan allows. Ask an owner of yours.",
  unavailable: "Something broke on our side. Try again in a minute.",
};

export function SsoFailed({ failure }: { failure: string }) {
  const text = Object.entries(failureTexts).find(([name]) => name === failure)?.[1];
  return (
    <div role="alert" className="mb-4 rounded-lg border border-bad/40 bg-bad-tint px-4 py-3 text-sm">
      {text ?? failureTexts.unavailable}
    </div>
  );
}

interface SsoSignInProps {
  /** What was typed into the page's own form already. */
  email: string;
  returnTo: string | undefined;
}

/** By the work address to the provider of its domain. */
export function SsoSignIn({ email: typed, returnTo }: SsoSignInProps) {
  const [open, setOpen] = useState(false);
  const [email, setEmail] = useState("");
  const go = useMutation({
    mutationFn: async () => {
      const { connection } = await api.callAnonymously("POST /v1/auth/sso/discover", { body: { email } });
      if (!connection) return null;
      const { url } = await api.callAnonymously("POST /v1/auth/sso/start", {
        body: { connection: connection.id, email, ...(returnTo && { returnTo }) },
      });
      location.assign(url);
      return url;
    },
  });
  if (!open) {
    return (
      <Button
        onClick={() => {
          setEmail(typed);
          setOpen(true);
        }}
      >
        <Building2 aria-hidden className="size-3.5" />
        Single sign-on
      </Button>
    );
  }
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        go.mutate();
      }}
    >
      <TextField
        label="Work address"
        type="email"
        autoComplete="username"
        required
        autoFocus
        maxLength={254}
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        hint="Your organization's provider is found by its domain."
        error={
          go.data === null
            ? "No organization has set up single sign-on for this domain. Check the address, or sign in another way."
            : undefined
        }
      />
      {go.error ? <Problem error={go.error} /> : null}
      <Button type="submit" busy={go.isPending || typeof go.data === "string"}>
        Go on to your provider
      </Button>
    </form>
  );
}
