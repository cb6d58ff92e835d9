import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useWhyNot } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { refresh } from "../../api/session.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { ssoQueries, useSsoWrite } from "./sso-queries.ts";

export function PolicyPanel({ orgId }: { orgId: string }) {
  const policy = useQuery(ssoQueries.policy(orgId));
  const refused = useWhyNot(orgId)("sso.write");
  const [asking, setAsking] = useState(false);
  const change = useSsoWrite(orgId, {
    send: (requireSso: boolean) =>
      api.call("PATCH /v1/orgs/{org}/sso-policy", { path: { org: orgId }, body: { requireSso } }),
    told: ({ requireSso }) =>
      requireSso ? "Single sign-on is required from now on." : "Other sign-ins are taken again.",
    onDone: () => {
      setAsking(false);
      void refresh();
    },
  });
  const { requireSso, obstacle } = policy.data ?? { requireSso: false, obstacle: null };
  return (
    <Panel title="Require single sign-on">
      {policy.isPending ? <Skeleton rows={2} /> : null}
      {policy.error ? <Problem error={policy.error} retry={policy.refetch} /> : null}
      {policy.data ? (
        <div className="flex flex-col items-start gap-3">
          <p>
            {requireSso
              ? "Members get in only by single sign-on. Owners also get in with a second factor, so that a broken provider shuts nobody out for good."
              : "Members also get in with a password or a passkey."}
          </p>
          {!requireSso && obstacle !== null ? <p className="text-sm text-soft">{obstacle}</p> : null}
          {change.error ? <Problem error={change.error} /> : null}
          {requireSso ? (
            <Button refused={refused} busy={change.isPending} onClick={() => change.mutate(false)}>
              Take other sign-ins again
            </Button>
          ) : (
            <Button refused={refused ?? obstacle ?? undefined} onClick={() => setAsking(true)}>
              Require single sign-on
            </Button>
          )}
        </div>
      ) : null}
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title="Require single sign-on?"
        action="Require it"
        busy={change.isPending}
        onConfirm={() => change.mutate(true)}
      >
        Members who signed in another way are shut out at once, until they sign in at the provider. API keys
        go on working.
        {change.error ? <Problem error={change.error} /> : null}
      </Confirm>
    </Panel>
  );
}
