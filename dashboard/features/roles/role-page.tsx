import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { useWhyNot } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { peopleQueries } from "../../api/people-queries.ts";
import { ApiError } from "../../api/problem.ts";
import { queryClient } from "../../api/queries.ts";
import { useWrite } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Page, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Readable } from "../organizations/readable.tsx";
import { ChangedMeanwhile } from "./changed-meanwhile.tsx";
import { type Role, roleBody, roleDraft, roleText } from "./role-draft.ts";
import { RoleForm } from "./role-form.tsx";

export function RolePage() {
  const { orgId, roleId } = useParams({ from: "/app/orgs/$orgId/roles/$roleId" });
  const role = useQuery(peopleQueries.role(roleId));
  return (
    <Readable orgId={orgId} permission="role.read" title="Role">
      {role.data ? (
        <RoleEditor key={roleId} orgId={orgId} role={role.data} />
      ) : (
        <Page title="Role">
          {role.error ? <Problem error={role.error} retry={role.refetch} /> : <Skeleton rows={8} />}
        </Page>
      )}
    </Readable>
  );
}

const isConflict = (error: unknown): boolean =>
  error instanceof ApiError &&
  (error.status === 409 || error.status === 412) &&
  error.code !== "already_exists";

/** Edits the state that it began with; somebody else's change in between is shown before anything is overwritten. */
function RoleEditor({ orgId, role }: { orgId: string; role: Role }) {
  const [base, setBase] = useState(role);
  const [draft, setDraft] = useState(() => roleDraft(role));
  const [removing, setRemoving] = useState(false);
  const navigate = useNavigate();
  const refused = useWhyNot(orgId)("role.write");
  const path = `/v1/roles/${role.id}`;
  const list = `/v1/orgs/${orgId}/roles`;
  const save = useWrite({
    send: ({ version, body }: { version: number; body: NonNullable<ReturnType<typeof roleBody>> }) =>
      api.call("PATCH /v1/roles/{role}", {
        path: { role: role.id },
        body,
        ifMatch: `"${version}"`,
      }),
    stale: [list],
    shown: true,
    onDone: ({ receipt: _, ...saved }) => {
      queryClient.setQueryData(peopleQueries.role(role.id).queryKey, saved);
      setBase(saved);
      setDraft(roleDraft(saved));
    },
  });
  const saveOver = (version: number) => {
    const body = roleBody(draft);
    if (body) save.mutate({ version, body });
  };
  const conflict = isConflict(save.error);
  const theirs = useQuery({
    ...peopleQueries.role(role.id),
    queryKey: [path, { theirs: save.submittedAt }],
    enabled: conflict,
    staleTime: 0,
  }).data;
  const remove = useWrite({
    send: () => api.call("DELETE /v1/roles/{role}", { path: { role: role.id } }),
    stale: [list],
    onDone: () => {
      setRemoving(false);
      void navigate({ to: "/orgs/$orgId/roles", params: { orgId } });
    },
  });
  return (
    <Page
      title={base.name}
      description={base.description}
      actions={
        <Button look="danger" refused={refused} onClick={() => setRemoving(true)}>
          <Trash2 aria-hidden className="size-3.5" />
          Delete
        </Button>
      }
    >
      {conflict && theirs ? (
        <ChangedMeanwhile
          before={roleText(base)}
          after={roleText(theirs)}
          busy={save.isPending}
          onTake={() => {
            setBase(theirs);
            setDraft(roleDraft(theirs));
            save.reset();
          }}
          onOverwrite={() => saveOver(theirs.version)}
        />
      ) : null}
      <RoleForm
        orgId={orgId}
        draft={draft}
        onChange={setDraft}
        error={conflict ? null : save.error}
        busy={save.isPending}
        action="Save the role"
        refused={refused}
        onSave={() => saveOver(base.version)}
      />
      <Confirm
        open={removing}
        onOpenChange={setRemoving}
        title={`Delete the role ${base.name}?`}
        action="Delete the role"
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate(undefined)}
      >
        It is refused while somebody still has it. This cannot be undone; write the role anew instead.
      </Confirm>
    </Page>
  );
}
