import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Pencil, Power, Trash2 } from "lucide-react";
import { useState } from "react";
import type { ServiceAccount } from "../../../protocol/api/service-accounts.ts";
import { useWhyNot } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { peopleQueries } from "../../api/people-queries.ts";
import { fieldOf, useWrite } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Page, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/status.tsx";
import { WriteDialog } from "../../ui/write-dialog.tsx";
import { BindingsPanel } from "../bindings/bindings-panel.tsx";
import { KeysPanel } from "../organization/keys-panel.tsx";
import { Readable } from "../organizations/readable.tsx";
import { ExplainPanel } from "../people/explain-panel.tsx";
import { RoleSelect } from "../roles/role-select.tsx";
import type { RoleName } from "../roles/use-role-choices.ts";

export function ServiceAccountPage() {
  const { orgId, accountId } = useParams({ from: "/app/orgs/$orgId/service-accounts/$accountId" });
  const account = useQuery(peopleQueries.serviceAccount(accountId));
  return (
    <Readable key={accountId} orgId={orgId} permission="service_account.read" title="Service account">
      {account.data ? (
        <Account orgId={orgId} account={account.data} />
      ) : (
        <Page title="Service account">
          {account.error ? <Problem error={account.error} retry={account.refetch} /> : <Skeleton rows={8} />}
        </Page>
      )}
    </Readable>
  );
}

const patch = "PATCH /v1/service-accounts/{serviceAccount}";
const named = ({ id }: ServiceAccount) => ({ serviceAccount: id });

function Account({ orgId, account }: { orgId: string; account: ServiceAccount }) {
  const refused = useWhyNot(orgId)("service_account.write");
  const navigate = useNavigate();
  const [asked, setAsked] = useState<"edit" | "disable" | "delete" | null>(null);
  const close = () => setAsked(null);
  const path = `/v1/service-accounts/${account.id}`;
  const stale = [path, `/v1/orgs/${orgId}`];
  const disabled = account.disabledAt !== null;
  const toggle = useWrite({
    send: () => api.call(patch, { path: named(account), body: { disabled: !disabled } }),
    stale,
    onDone: close,
  });
  const remove = useWrite({
    send: () => api.call("DELETE /v1/service-accounts/{serviceAccount}", { path: named(account) }),
    stale: [`/v1/orgs/${orgId}`],
    onDone: () => {
      close();
      void navigate({ to: "/orgs/$orgId/service-accounts", params: { orgId } });
    },
  });
  return (
    <Page
      title={account.name}
      description={
        <span className="flex flex-wrap items-center gap-2">
          <Tag>{account.roleName}</Tag>
          {disabled ? <Tag tone="warn">disabled: none of its keys counts</Tag> : null}
          <span>{account.description}</span>
        </span>
      }
      actions={
        <>
          <Button refused={refused} onClick={() => setAsked("edit")}>
            <Pencil aria-hidden className="size-3.5" />
            Edit
          </Button>
          <Button
            refused={refused}
            busy={toggle.isPending}
            onClick={() => (disabled ? toggle.mutate(undefined) : setAsked("disable"))}
          >
            <Power aria-hidden className="size-3.5" />
            {disabled ? "Enable" : "Disable"}
          </Button>
          <Button look="danger" refused={refused} onClick={() => setAsked("delete")}>
            <Trash2 aria-hidden className="size-3.5" />
            Delete
          </Button>
        </>
      }
    >
      <KeysPanel orgId={orgId} owner={account.id} />
      <BindingsPanel orgId={orgId} subject={account.id} noun="service account" />
      <ExplainPanel orgId={orgId} subject={account.id} name={account.name} />
      {asked === "edit" ? <EditDialog orgId={orgId} account={account} onClose={close} /> : null}
      <Confirm
        open={asked === "disable"}
        onOpenChange={(open) => !open && close()}
        title={`Disable ${account.name}?`}
        action="Disable it"
        danger
        busy={toggle.isPending}
        onConfirm={() => toggle.mutate(undefined)}
      >
        Whatever uses one of its keys is refused from now on, until you enable it again.
      </Confirm>
      <Confirm
        open={asked === "delete"}
        onOpenChange={(open) => !open && close()}
        title={`Delete ${account.name}?`}
        action="Delete the service account"
        danger
        named={account.name}
        busy={remove.isPending}
        onConfirm={() => remove.mutate(undefined)}
      >
        Its keys and roles end at once. This cannot be undone; to stop it for a while, disable it.
      </Confirm>
    </Page>
  );
}

interface EditDialogProps {
  orgId: string;
  account: ServiceAccount;
  onClose: () => void;
}

function EditDialog({ orgId, account, onClose }: EditDialogProps) {
  const [name, setName] = useState(account.name);
  const [description, setDescription] = useState(account.description);
  const [role, setRole] = useState<RoleName>(account.role);
  const path = `/v1/service-accounts/${account.id}`;
  const save = useWrite({
    send: () => api.call(patch, { path: named(account), body: { name, description, role } }),
    stale: [path, `/v1/orgs/${orgId}`],
    shown: true,
    onDone: onClose,
  });
  return (
    <WriteDialog
      title="Edit the service account"
      description="Its keys can do no more than it can, from the next request on."
      action="Save"
      write={save}
      onSubmit={() => save.mutate(undefined)}
      onClose={onClose}
    >
      <TextField
        label="Name"
        required
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={fieldOf(save.error, "name")}
      />
      <TextField
        label="Description"
        maxLength={500}
        value={description}
        onChange={(event) => setDescription(event.target.value)}
        error={fieldOf(save.error, "description")}
      />
      <RoleSelect orgId={orgId} value={role} onChange={setRole} error={fieldOf(save.error, "role")} />
    </WriteDialog>
  );
}
