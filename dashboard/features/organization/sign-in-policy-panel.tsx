import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { toast } from "sonner";
import type { OrganizationDetail } from "../../../protocol/api/organizations.ts";
import { useWhyNot } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { invalidate, one } from "../../api/queries.ts";
import { refresh } from "../../api/session.ts";
import { plural } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";

/** What is asked of everybody who signs in; single sign-on is required on its own page. */
export function SignInPolicyPanel({ organization }: { organization: OrganizationDetail }) {
  const { id: org, name } = organization;
  const whyNot = useWhyNot(org);
  const refused = whyNot("organization.write");
  const policy = useQuery(one("GET /v1/orgs/{org}/two-factor-policy", { path: { org } }));
  const [asking, setAsking] = useState(false);
  const change = useMutation({
    mutationFn: (requireTwoFactor: boolean) =>
      api.call("PATCH /v1/orgs/{org}/two-factor-policy", { path: { org }, body: { requireTwoFactor } }),
    onSuccess: async ({ requireTwoFactor }) => {
      setAsking(false);
      toast.success(
        requireTwoFactor
          ? "A second factor is asked of everybody from now on."
          : "A second factor is no longer asked for.",
      );
      await Promise.all([invalidate(`/v1/orgs/${org}`), refresh()]);
    },
    onError: () => setAsking(false),
  });
  const required = policy.data?.requireTwoFactor ?? false;
  return (
    <Panel title="Signing in">
      {policy.error ? <Problem error={policy.error} retry={policy.refetch} /> : null}
      {policy.isPending ? <Skeleton rows={2} /> : null}
      {policy.data ? (
        <div className="flex flex-col gap-4">
          {change.error ? <Problem error={change.error} /> : null}
          <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
            <p className="min-w-0 flex-1 basis-64">
              {required
                ? "Everybody signs in with a second factor: a code from an app, or a passkey."
                : "A password alone is enough, unless somebody has a second factor of their own accord."}{" "}
              {policy.data.membersWithout === 0
                ? "Every member has one."
                : `${plural(policy.data.membersWithout, "member")} ${policy.data.membersWithout === 1 ? "has" : "have"} none.`}
            </p>
            <Button
              refused={refused ?? (required ? undefined : (policy.data.obstacle ?? undefined))}
              busy={change.isPending}
              onClick={() => (required ? change.mutate(false) : setAsking(true))}
            >
              {required ? "Ask for it no longer" : "Require a second factor"}
            </Button>
          </div>
          {whyNot("sso.read") === undefined ? (
            <p className="border-t pt-4">
              <Link
                to="/orgs/$orgId/sso"
                params={{ orgId: org }}
                className="font-medium text-accent underline underline-offset-2"
              >
                Single sign-on
              </Link>{" "}
              {organization.requireSso
                ? "is required of everybody."
                : "can be set up, and then be required of everybody."}
            </p>
          ) : null}
        </div>
      ) : null}
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={`Require a second factor in ${name}?`}
        action="Require it"
        busy={change.isPending}
        onConfirm={() => change.mutate(true)}
      >
        Who has none gets in again once they have added one to their account and signed in with it. API keys
        go on as before.
      </Confirm>
    </Panel>
  );
}
