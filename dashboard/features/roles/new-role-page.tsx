import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useWhyNot } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { useWrite } from "../../api/use-write.ts";
import { Page } from "../../ui/page.tsx";
import { emptyRole, roleBody } from "./role-draft.ts";
import { RoleForm } from "./role-form.tsx";

export function NewRolePage() {
  const { orgId } = useParams({ from: "/app/orgs/$orgId/roles/new" });
  const navigate = useNavigate();
  const refused = useWhyNot(orgId)("role.write");
  const [draft, setDraft] = useState(emptyRole);
  const create = useWrite({
    send: (body: NonNullable<ReturnType<typeof roleBody>>) =>
      api.call("POST /v1/orgs/{org}/roles", { path: { org: orgId }, body }),
    stale: [`/v1/orgs/${orgId}/roles`],
    shown: true,
    onDone: () => void navigate({ to: "/orgs/$orgId/roles", params: { orgId } }),
  });
  return (
    <Page title="New role" description="It does nothing until it is given to somebody.">
      <RoleForm
        orgId={orgId}
        draft={draft}
        onChange={setDraft}
        error={create.error}
        busy={create.isPending}
        action="Create the role"
        refused={refused}
        onSave={() => {
          const body = roleBody(draft);
          if (body) create.mutate(body);
        }}
      />
    </Page>
  );
}
