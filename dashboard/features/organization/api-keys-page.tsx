import { useMutation, useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { type Role, roles } from "../../../domain/tenancy/roles.ts";
import { api } from "../../api/client.ts";
import { ApiError, asApiError } from "../../api/problem.ts";
import { invalidate, queries } from "../../api/queries.ts";
import type { ApiKey } from "../../api/types.ts";
import { Button } from "../../ui/button.tsx";
import { CopyBlock } from "../../ui/copy.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { Empty, Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/status.tsx";
import { Table, Td, Th } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";

const meanings: Record<Role, string> = {
  viewer: "viewer: reads",
  billing: "billing: usage and invoices only",
  operator: "operator: reads, writes configs, rolls out",
  admin: "admin: everything but ownership",
  owner: "owner: everything",
};

export function ApiKeysPage() {
  const { orgId } = useParams({ from: "/app/orgs/$orgId/api-keys" });
  const path = `/v1/orgs/${orgId}/api-keys`;
  const keys = useQuery(queries.apiKeys(orgId));
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("operator");
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const create = useMutation({
    mutationFn: () =>
      api.call("POST /v1/orgs/{org}/api-keys", { path: { org: orgId }, body: { name, role } }),
    onSuccess: async () => {
      setName("");
      await invalidate(path);
    },
  });
  const revoke = useMutation({
    mutationFn: (id: string) => api.call("POST /v1/api-keys/{key}/revoke", { path: { key: id } }),
    onSuccess: async () => {
      toast.success("The key is revoked.");
      setRevoking(null);
      await invalidate(path);
    },
    onError: (error) => {
      setRevoking(null);
      toast.error(asApiError(error).message);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <Page
      title="API keys"
      description="For scripts and the `muster` command. A key is shown once and stored hashed."
    >
      <Panel title="New key">
        <form onSubmit={submit} className="flex flex-wrap items-end gap-3">
          <TextField
            label="Name"
            required
            maxLength={100}
            placeholder="ci"
            className="min-w-48 flex-1"
            value={name}
            onChange={(event) => setName(event.target.value)}
            error={create.error instanceof ApiError ? create.error.field("name") : undefined}
          />
          <SelectField
            label="Role"
            className="min-w-48 flex-1"
            value={role}
            onChange={(event) => setRole(roles.find((each) => each === event.target.value) ?? "viewer")}
          >
            {roles.map((each) => (
              <option key={each} value={each}>
                {meanings[each]}
              </option>
            ))}
          </SelectField>
          <Button type="submit" look="primary" busy={create.isPending}>
            Make the key
          </Button>
        </form>
        {create.error ? (
          <div className="mt-4">
            <Problem error={create.error} />
          </div>
        ) : null}
        {create.data ? (
          <div
            role="status"
            className="mt-4 flex flex-col gap-2 rounded-lg border border-good/40 bg-good-tint p-3"
          >
            <p className="text-sm">
              Copy <strong>{create.data.name}</strong> now: it is not shown again.
            </p>
            <CopyBlock label="API key" text={create.data.secret} />
          </div>
        ) : null}
      </Panel>
      <Panel title="Keys" flush>
        {keys.error ? (
          <div className="p-4">
            <Problem error={keys.error} retry={keys.refetch} />
          </div>
        ) : null}
        {keys.isPending ? <Skeleton /> : null}
        {keys.data?.length === 0 ? (
          <Empty title="No key yet">Make one above to let a script speak for this organization.</Empty>
        ) : null}
        {keys.data && keys.data.length > 0 ? (
          <Table
            label="API keys"
            head={
              <>
                <Th>Name</Th>
                <Th>Starts with</Th>
                <Th>Role</Th>
                <Th>Made</Th>
                <Th>Last used</Th>
                <Th>
                  <span className="sr-only">Actions</span>
                </Th>
              </>
            }
          >
            {keys.data.map((key) => (
              <tr key={key.id}>
                <Td className="font-medium">{key.name}</Td>
                <Td className="font-mono text-sm">{key.prefix}…</Td>
                <Td>{key.role}</Td>
                <Td>
                  <Time at={key.createdAt} />
                </Td>
                <Td>
                  <Time at={key.lastUsedAt} />
                </Td>
                <Td className="text-right">
                  {key.revokedAt ? (
                    <Tag>revoked</Tag>
                  ) : (
                    <Button size="sm" onClick={() => setRevoking(key)}>
                      Revoke
                    </Button>
                  )}
                </Td>
              </tr>
            ))}
          </Table>
        ) : null}
      </Panel>
      <Confirm
        open={revoking !== null}
        onOpenChange={(open) => !open && setRevoking(null)}
        title={`Revoke "${revoking?.name ?? ""}"?`}
        action="Revoke the key"
        danger
        busy={revoke.isPending}
        onConfirm={() => revoking && revoke.mutate(revoking.id)}
      >
        Whatever uses it is refused from now on. This cannot be undone; make a new key instead.
      </Confirm>
    </Page>
  );
}
