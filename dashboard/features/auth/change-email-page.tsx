import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api } from "../../api/client.ts";
import { refresh, useSession } from "../../api/session.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { DeadLink } from "./dead-link.tsx";
import { AuthFrame } from "./frame.tsx";
import { linkPage } from "./link-token.tsx";

/** Where the link leads that went to a new address. Only the account that asked for the change can make it. */
export const ChangeEmailPage = linkPage(function ChangeEmail({ token }) {
  const session = useSession();
  const change = useMutation({
    mutationFn: () => api.call("POST /v1/auth/email-change/complete", { body: { token } }),
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
  if (!session) {
    return (
      <AuthFrame
        title="Sign in first"
        lead="With the account that asked for this address; then open the link from the mail again."
      >
        <Link to="/sign-in" className={buttonClass("primary")}>
          Sign in
        </Link>
        <p className="mt-5 text-sm text-soft">If you asked for no change, close this page.</p>
      </AuthFrame>
    );
  }
  return (
    <AuthFrame
      title="Use this address"
      lead={`Your account ${session.user.email} uses the address that this mail came to from now on.`}
    >
      <Button look="primary" className="w-full" busy={change.isPending} onClick={() => change.mutate()}>
        Change my address
      </Button>
    </AuthFrame>
  );
});
