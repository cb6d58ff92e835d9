import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api } from "../../api/client.ts";
import { refresh } from "../../api/session.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { DeadLink } from "./dead-link.tsx";
import { AuthFrame } from "./frame.tsx";
import { useLinkToken } from "./link-token.ts";

/** Where the link leads that went to a new address. */
export function ChangeEmailPage() {
  const token = useLinkToken();
  const change = useMutation({
    mutationFn: () => api.callAnonymously("POST /v1/auth/email-change/complete", { body: { token } }),
    // Whoever is signed in here sees the new address at once.
    onSuccess: () => refresh(),
  });
  if (change.data) {
    return (
      <AuthFrame title="Your address is changed" lead={`From now on you sign in with ${change.data.email}.`}>
        <Link to="/" className={buttonClass("primary")}>
          Go on
        </Link>
      </AuthFrame>
    );
  }
  if (change.error || token === "") {
    return (
      <AuthFrame title="This link does not count" lead="Your address was not changed.">
        <DeadLink error={change.error} />
      </AuthFrame>
    );
  }
  return (
    <AuthFrame
      title="Use this address"
      lead="Your account uses the address that this mail came to from now on."
    >
      <Button look="primary" className="w-full" busy={change.isPending} onClick={() => change.mutate()}>
        Change my address
      </Button>
    </AuthFrame>
  );
}
