import { useMutation } from "@tanstack/react-query";
import { Link, useRouterState } from "@tanstack/react-router";
import type { Organization } from "../../../protocol/api/auth.ts";
import { api } from "../../api/client.ts";
import { useSession } from "../../api/session.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Page, Panel } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";

/** Stands where any page of an organization would be that this session does not get into, and shows the way in. */
export function BlockedOrganization({ organization }: { organization: Organization }) {
  return (
    <Page title={organization.name}>
      {organization.blocked === "sso_required" ? (
        <BySingleSignOn organization={organization} />
      ) : (
        <Panel title="A second factor is asked for">
          <div className="flex flex-col items-start gap-4">
            <p>
              {organization.name} lets in only who signed in with a second factor: a code from an app, or a
              passkey. Add one to your account; if you have one, sign out and sign in with it.
            </p>
            <div className="flex flex-wrap gap-2">
              <Link to="/account" className={buttonClass("primary")}>
                Add a second factor
              </Link>
              <Link to="/orgs" className={buttonClass()}>
                Your other organizations
              </Link>
            </div>
          </div>
        </Panel>
      )}
    </Page>
  );
}

function BySingleSignOn({ organization }: { organization: Organization }) {
  const email = useSession()?.user.email ?? "";
  const href = useRouterState({ select: (state) => state.location.href });
  const go = useMutation({
    mutationFn: async () => {
      const { connection } = await api.callAnonymously("POST /v1/auth/sso/discover", { body: { email } });
      if (!connection) return null;
      const { url } = await api.callAnonymously("POST /v1/auth/sso/start", {
        body: { connection: connection.id, returnTo: href, email },
      });
      location.assign(url);
      return url;
    },
  });
  return (
    <Panel title="Single sign-on is asked for">
      <div className="flex flex-col items-start gap-4">
        <p>
          {organization.name} lets in only who signed in by its identity provider. Sign in there with your
          work address; you come back to this page.
        </p>
        {go.data === null ? (
          <p role="alert">
            No provider is known for {email}. Sign in with the address that you have at {organization.name},
            or ask one of its owners.
          </p>
        ) : null}
        {go.error ? <Problem error={go.error} /> : null}
        <div className="flex flex-wrap gap-2">
          <Button look="primary" busy={go.isPending} onClick={() => go.mutate()}>
            Go on by single sign-on
          </Button>
          <Link to="/orgs" className={buttonClass()}>
            Your other organizations
          </Link>
        </div>
      </div>
    </Panel>
  );
}
