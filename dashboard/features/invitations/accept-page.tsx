import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useRouterState } from "@tanstack/react-router";
import { api } from "../../api/client.ts";
import { ApiError } from "../../api/problem.ts";
import { queryClient } from "../../api/queries.ts";
import { refresh, type SignedIn, signedOut, useSession } from "../../api/session.ts";
import { remember } from "../../lib/remembered.ts";
import { exactTime } from "../../lib/time.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { AuthFrame } from "../auth/frame.tsx";
import { JoinForm } from "./join-form.tsx";
import { forgetInvitationToken, invitationToken } from "./kept-token.ts";

/** Where the link of an invitation leads: shown to anyone who has it, accepted by whom it was sent to. */
export function AcceptInvitationPage() {
  const token = invitationToken(useRouterState({ select: (state) => state.location.hash }));
  const preview = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => api.callAnonymously("POST /v1/invitations/preview", { body: { token } }),
    retry: (failures, error) => failures < 2 && error instanceof ApiError && error.retryable,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const session = useSession();
  if (preview.error) return <NotAccepted error={preview.error} session={session} retry={preview.refetch} />;
  if (!preview.data) {
    return (
      <AuthFrame title="Your invitation" lead="One moment.">
        <Skeleton rows={3} />
      </AuthFrame>
    );
  }
  const { organizationName, invitedByName, roleName, email, expiresAt, hasAccount } = preview.data;
  const isTheirs = session?.user.email.toLowerCase() === email.toLowerCase();
  return (
    <AuthFrame
      title={`Join ${organizationName}`}
      lead={`${invitedByName} invites ${email} to be ${roleName} of ${organizationName}.`}
    >
      {session === null ? (
        hasAccount ? (
          <SignInFirst email={email} />
        ) : (
          <JoinForm token={token} email={email} />
        )
      ) : isTheirs ? (
        <Accept token={token} />
      ) : (
        <OtherAccount session={session} email={email} hasAccount={hasAccount} />
      )}
      <p className="mt-5 text-sm text-soft">The invitation counts until {exactTime(expiresAt)}.</p>
    </AuthFrame>
  );
}

interface NotAcceptedProps {
  error: Error;
  session: SignedIn | null;
  retry: () => unknown;
}

/** Expired, revoked, used, or never one of ours: the server says which. */
function NotAccepted({ error, session, retry }: NotAcceptedProps) {
  const final = error instanceof ApiError && !error.retryable;
  return (
    <AuthFrame title="This invitation does not count" lead="Nothing was changed.">
      <div className="flex flex-col gap-4">
        <Problem error={error} {...(final ? {} : { retry })} />
        <p className="text-sm text-soft">
          Ask whoever invited you to send it again: the newest mail holds the link that counts. If you have
          accepted it before, you are a member already.
        </p>
        <Link to={session ? "/" : "/sign-in"} className={buttonClass("primary")}>
          {session ? "Go to your fleets" : "Sign in"}
        </Link>
      </div>
    </AuthFrame>
  );
}

function SignInFirst({ email }: { email: string }) {
  return (
    <div className="flex flex-col gap-4">
      <p>
        There is an account of <strong className="break-all">{email}</strong>. Sign in with it; you come back
        here to accept.
      </p>
      <Link to="/sign-in" search={{ return: "/invitation" }} className={buttonClass("primary")}>
        Sign in to accept
      </Link>
    </div>
  );
}

function Accept({ token }: { token: string }) {
  const navigate = useNavigate();
  const accept = useMutation({
    mutationFn: () => api.call("POST /v1/invitations/accept", { body: { token } }),
    onSuccess: async ({ organization }) => {
      // The session then knows that the person belongs to it.
      await refresh();
      queryClient.clear();
      forgetInvitationToken();
      remember("organization", organization.id);
      await navigate({ to: "/orgs/$orgId", params: { orgId: organization.id } });
    },
  });
  return (
    <div className="flex flex-col gap-4">
      {accept.error ? <Problem error={accept.error} /> : null}
      <Button look="primary" busy={accept.isPending} onClick={() => accept.mutate()}>
        Accept the invitation
      </Button>
      <Link to="/" className={buttonClass("quiet")}>
        Not now
      </Link>
    </div>
  );
}

interface OtherAccountProps {
  session: SignedIn;
  email: string;
  hasAccount: boolean;
}

function OtherAccount({ session, email, hasAccount }: OtherAccountProps) {
  const leave = useMutation({
    mutationFn: () => api.call("POST /v1/auth/sign-out", { body: {} }),
    onSuccess: () => {
      signedOut();
      queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "invitation" });
    },
  });
  return (
    <div className="flex flex-col gap-4">
      <p role="alert">
        You are signed in as <strong className="break-all">{session.user.email}</strong>, but the invitation
        is for <strong className="break-all">{email}</strong>. Sign out, then{" "}
        {hasAccount ? "sign in with that address" : "make an account of that address"} to accept it.
      </p>
      {leave.error ? <Problem error={leave.error} /> : null}
      <Button look="primary" busy={leave.isPending} onClick={() => leave.mutate()}>
        Sign out and go on
      </Button>
      <Link to="/" className={buttonClass("quiet")}>
        Stay signed in
      </Link>
    </div>
  );
}
