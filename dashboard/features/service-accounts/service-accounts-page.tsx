import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useWhyNot } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { peopleQueries } from "../../api/people-queries.ts";
import { invalidate } from "../../api/queries.ts";
import { Button } from "../../ui/button.tsx";
import { CreateDialog, type CreateDialogProps } from "../../ui/create-dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Empty, Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/status.tsx";
import { Time } from "../../ui/time.tsx";
import { Readable } from "../organizations/readable.tsx";
import { RoleSelect } from "../roles/role-select.tsx";
import type { RoleName } from "../roles/use-role-choices.ts";

export function ServiceAccountsPage() {
  const { orgId } = useParams({ from: "/app/orgs/$orgId/service-accounts" });
  return (
    <Readable orgId={orgId} permission="service_account.read" title="Service accounts">
      <ServiceAccounts orgId={orgId} />
    </Readable>
  );
}

function ServiceAccounts({ orgId }: { orgId: string }) {
  const accounts = useQuery(peopleQueries.serviceAccounts(orgId));
  const refused = useWhyNot(orgId)("service_account.write");
  const [creating, setCreating] = useState(false);
  return (
    <Page
      title="Service accounts"
      description="What programs act as. The organization owns them, so that their keys outlive whoever made them."
      actions={
        <Button look="primary" refused={refused} onClick={() => setCreating(true)}>
          <Plus aria-hidden className="size-3.5" />
          New service account
        </Button>
      }
    >
      {accounts.error ? <Problem error={accounts.error} retry={accounts.refetch} /> : null}
      <Panel flush>
        {accounts.isPending ? <Skeleton /> : null}
        {accounts.data?.length === 0 ? (
          <Empty
            title="No service account yet"
            action={
              <Button look="primary" refused={refused} onClick={() => setCreating(true)}>
                Create a service account
              </Button>
            }
          >
            Make one for each program that calls Muster, such as your pipeline, with no more than it needs.
          </Empty>
        ) : null}
        <ul aria-label="Service accounts" className="divide-y">
          {accounts.data?.map((account) => (
            <li
              key={account.id}
              className="relative flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-3 hover:bg-hover/50"
            >
              <span className="min-w-0 flex-1 basis-56">
                <Link
                  to="/orgs/$orgId/service-accounts/$accountId"
                  params={{ orgId, accountId: account.id }}
                  className="font-semibold break-words after:absolute after:inset-0"
                >
                  {account.name}
                </Link>
                <span className="block text-sm break-words text-soft">{account.description}</span>
              </span>
              <Tag>{account.roleName}</Tag>
              {account.disabledAt ? <Tag tone="warn">disabled</Tag> : null}
              <span className="text-sm text-soft">
                made <Time at={account.createdAt} />
              </span>
            </li>
          ))}
        </ul>
      </Panel>
      <CreateServiceAccountDialog orgId={orgId} open={creating} onOpenChange={setCreating} />
    </Page>
  );
}

function CreateServiceAccountDialog({ orgId, ...rest }: CreateDialogProps & { orgId: string }) {
  const navigate = useNavigate();
  const [role, setRole] = useState<RoleName>("viewer");
  const [description, setDescription] = useState("");
  const path = `/v1/orgs/${orgId}/service-accounts`;
  return (
    <CreateDialog
      {...rest}
      title="New service account"
      description="It speaks by API keys of its own. Make one on its page."
      action="Create service account"
      create={(name) =>
        api.call("POST /v1/orgs/{org}/service-accounts", {
          path: { org: orgId },
          body: { name, description, role },
        })
      }
      onCreated={({ id }) => {
        void invalidate(path);
        void navigate({
          to: "/orgs/$orgId/service-accounts/$accountId",
          params: { orgId, accountId: id },
        });
      }}
    >
      <TextField
        label="Description"
        maxLength={500}
        placeholder="Deploys from the pipeline"
        value={description}
        onChange={(event) => setDescription(event.target.value)}
      />
      <RoleSelect orgId={orgId} value={role} onChange={setRole} />
    </CreateDialog>
  );
}
