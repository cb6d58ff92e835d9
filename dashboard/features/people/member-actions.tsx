import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { Member } from "../../../protocol/api/members.ts";
import { useWhyNot } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { refresh, useSession } from "../../api/session.ts";
import { fieldOf, useWrite } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { WriteDialog } from "../../ui/write-dialog.tsx";
import { RoleSelect } from "../roles/role-select.tsx";
import type { RoleName } from "../roles/use-role-choices.ts";

interface MemberActionsProps {
  orgId: string;
  member: Member;
  size?: "sm" | "md";
  onRemoved?: () => void;
}

export function MemberActions({ orgId, member, size = "md", onRemoved }: MemberActionsProps) {
  const refused = useWhyNot(orgId)("member.write");
  const isYou = useSession()?.user.id === member.userId;
  const navigate = useNavigate();
  const [changing, setChanging] = useState(false);
  const [removing, setRemoving] = useState(false);
  const name = member.name ?? member.email;
  const path = `/v1/orgs/${orgId}/members`;
  const remove = useWrite({
    send: () =>
      isYou
        ? api.call("POST /v1/orgs/{org}/leave", { path: { org: orgId } })
        : api.call("DELETE /v1/orgs/{org}/members/{user}", { path: { org: orgId, user: member.userId } }),
    stale: isYou ? [] : [path, `/v1/orgs/${orgId}/bindings`, `/v1/orgs/${orgId}/api-keys`, "/v1/teams/"],
    onDone: () => {
      setRemoving(false);
      if (isYou) void refresh().then(() => navigate({ to: "/orgs" }));
      else onRemoved?.();
    },
  });
  return (
    <>
      <span className="inline-flex flex-wrap justify-end gap-2">
        <Button
          size={size}
          refused={refused}
          onClick={() => setChanging(true)}
          aria-label={`Change role of ${name}`}
        >
          Change role
        </Button>
        {isYou ? (
          <Button size={size} onClick={() => setRemoving(true)}>
            Leave
          </Button>
        ) : (
          <Button
            size={size}
            refused={refused}
            onClick={() => setRemoving(true)}
            aria-label={`Remove ${name}`}
          >
            Remove
          </Button>
        )}
      </span>
      {changing ? <ChangeRole orgId={orgId} member={member} onClose={() => setChanging(false)} /> : null}
      <Confirm
        open={removing}
        onOpenChange={setRemoving}
        title={isYou ? "Leave this organization?" : `Remove ${name}?`}
        action={isYou ? "Leave" : "Remove the member"}
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate(undefined)}
      >
        {isYou ? "Your" : "Their"} role, teams, further roles and API keys in this organization end at once.
        What was written stays, with its author's name. Only a new invitation brings {isYou ? "you" : "them"}{" "}
        back.
      </Confirm>
    </>
  );
}

function ChangeRole({ orgId, member, onClose }: { orgId: string; member: Member; onClose: () => void }) {
  const [role, setRole] = useState<RoleName>(member.role);
  const isYou = useSession()?.user.id === member.userId;
  const path = `/v1/orgs/${orgId}/members`;
  const change = useWrite({
    send: () =>
      api.call("PATCH /v1/orgs/{org}/members/{user}", {
        path: { org: orgId, user: member.userId },
        body: { role },
      }),
    stale: [path],
    shown: true,
    onDone: () => {
      onClose();
      if (isYou) void refresh();
    },
  });
  return (
    <WriteDialog
      title={`Role of ${member.name ?? member.email}`}
      description="It holds in the whole organization. What holds in a part of it is given on the member's page."
      action="Change the role"
      disabled={role === member.role}
      write={change}
      onSubmit={() => change.mutate(undefined)}
      onClose={onClose}
    >
      <RoleSelect orgId={orgId} value={role} onChange={setRole} error={fieldOf(change.error, "role")} />
    </WriteDialog>
  );
}
