import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { api } from "../../api/client.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { DeadLink } from "./dead-link.tsx";
import { enter } from "./enter.ts";
import { AuthFrame } from "./frame.tsx";
import { useLinkToken } from "./link-token.ts";

/** Where the link of a sign-up leads. It waits for a press: programs that read mail open links too. */
export function VerifyPage() {
  const token = useLinkToken();
  const navigate = useNavigate();
  const open = useMutation({
    mutationFn: () => api.callAnonymously("POST /v1/auth/email-verification", { body: { token } }),
    onSuccess: (answer) => {
      enter(answer);
      void navigate({ to: "/fleets/$fleetId", params: { fleetId: answer.created.fleet } });
    },
  });
  if (open.error || token === "") {
    return (
      <AuthFrame title="The account was not opened" lead="Nothing was changed.">
        <DeadLink error={open.error}>
          <Link to="/sign-up" className={buttonClass("primary")}>
            Sign up again
          </Link>
        </DeadLink>
      </AuthFrame>
    );
  }
  return (
    <AuthFrame
      title="Confirm your address"
      lead="This opens the account that was asked for with your address."
    >
      <div className="flex flex-col gap-4">
        <p className="text-sm text-soft">Do it only if you signed up yourself.</p>
        <Button look="primary" busy={open.isPending} onClick={() => open.mutate()}>
          Open my account
        </Button>
      </div>
    </AuthFrame>
  );
}
