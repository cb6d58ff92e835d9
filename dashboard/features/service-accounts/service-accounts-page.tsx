import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useWhyNot } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { peopleQueries } from "../../api/people-queries.ts";
import { invalidate } from "../../api/queries.ts";
import { CreateDialog, type CreateDialogProps } from "../../ui/create-dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { ListPage } from "../../ui/list-page.tsx";
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
    <ListPage
      title="Service accounts"
      description="What programs act as. The organization owns them, so that their keys outlive whoever made them."
      query={accounts}
      newLabel="New service account"
      onNew={() => setCreating(true)}
      refused={refused}
      empty={{
        title: "No service account yet",
        text: "Make one for each program that calls Muster, such as your pipeline, with no more than it needs.",
        action: "Create a service account",
      }}
      rowClass="gap-x-3"
      renderItem={(account) => (
        <>
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
        </>
      )}
    >
      <CreateServiceAccountDialog orgId={orgId} open={creating} onOpenChange={setCreating} />
    </ListPage>
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
