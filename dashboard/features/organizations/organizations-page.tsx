import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";
import { api } from "../../api/client.ts";
import { refresh, useSession } from "../../api/session.ts";
import { useWrite } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Empty, Page, Panel } from "../../ui/page.tsx";
import { Tag } from "../../ui/status.tsx";
import { CreateOrganizationDialog } from "./create-organization-dialog.tsx";

/** All that the person belongs to; the way on for who belongs to none. */
export function OrganizationsPage() {
  const organizations = useSession()?.organizations ?? [];
  const [creating, setCreating] = useState(false);
  const [leaving, setLeaving] = useState<(typeof organizations)[number] | null>(null);
  const leave = useWrite({
    send: (org: string) => api.call("POST /v1/orgs/{org}/leave", { path: { org } }),
    stale: [],
    onDone: () => {
      setLeaving(null);
      void refresh();
    },
  });
  return (
    <Page
      title="Organizations"
      description="Those that you belong to, and your role in each."
      actions={
        <Button look="primary" onClick={() => setCreating(true)}>
          <Plus aria-hidden className="size-3.5" />
          New organization
        </Button>
      }
    >
      <Panel flush>
        {organizations.length === 0 ? (
          <Empty
            title="You are in no organization"
            action={
              <Button look="primary" onClick={() => setCreating(true)}>
                Create one
              </Button>
            }
          >
            Create one of your own, or ask somebody to invite you: the invitation comes by mail.
          </Empty>
        ) : null}
        <ul aria-label="Organizations" className="divide-y">
          {organizations.map((each) => (
            <li key={each.id} className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3">
              <span className="min-w-0 flex-1 basis-56">
                <Link
                  to="/orgs/$orgId"
                  params={{ orgId: each.id }}
                  className="font-semibold break-words underline-offset-2 hover:underline"
                >
                  {each.name}
                </Link>
                <span className="block text-sm text-soft">
                  {each.slug}, you are {each.roleName}
                </span>
              </span>
              {each.deletedAt ? <Tag tone="bad">deleted</Tag> : null}
              {each.blocked === "sso_required" ? <Tag tone="warn">asks for single sign-on</Tag> : null}
              {each.blocked === "two_factor_required" ? (
                <Tag tone="warn">asks for a second factor</Tag>
              ) : null}
              <Button size="sm" onClick={() => setLeaving(each)}>
                Leave
              </Button>
            </li>
          ))}
        </ul>
      </Panel>
      <CreateOrganizationDialog open={creating} onOpenChange={setCreating} />
      <Confirm
        open={leaving !== null}
        onOpenChange={(open) => !open && setLeaving(null)}
        title={`Leave ${leaving?.name ?? ""}?`}
        action="Leave"
        danger
        busy={leave.isPending}
        onConfirm={() => leaving && leave.mutate(leaving.id)}
      >
        Your role, your teams and your API keys there end at once. Only an invitation brings you back. An
        organization never is without an owner: who is the only one hands it over first, in its settings.
      </Confirm>
    </Page>
  );
}
