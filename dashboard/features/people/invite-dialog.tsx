import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { TeamId } from "../../../domain/ids.ts";
import { useWhyNot } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { peopleQueries } from "../../api/people-queries.ts";
import { fieldOf, useWrite } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { CheckField, TextField } from "../../ui/field.tsx";
import { Problem } from "../../ui/problem.tsx";
import { RoleSelect } from "../roles/role-select.tsx";
import type { RoleName } from "../roles/use-role-choices.ts";

interface InviteDialogProps {
  orgId: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onInvited: () => void;
}

export function InviteDialog({ orgId, open, onOpenChange, onInvited }: InviteDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Invite a person"
      description="They get a mail with a link that counts for seven days and for their address only."
    >
      <InviteForm
        orgId={orgId}
        onInvited={() => {
          onOpenChange(false);
          onInvited();
        }}
      />
    </Dialog>
  );
}

function InviteForm({ orgId, onInvited }: { orgId: string; onInvited: () => void }) {
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<RoleName>("viewer");
  const [teamIds, setTeamIds] = useState<TeamId[]>([]);
  const mayReadTeams = useWhyNot(orgId)("team.read") === undefined;
  const teams = useQuery({ ...peopleQueries.teams(orgId), enabled: mayReadTeams }).data ?? [];
  const invite = useWrite({
    send: () =>
      api.call("POST /v1/orgs/{org}/invitations", {
        path: { org: orgId },
        body: { email: email.trim(), role, teamIds },
      }),
    stale: [`/v1/orgs/${orgId}/invitations`],
    shown: true,
    onDone: onInvited,
  });
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        invite.mutate(undefined);
      }}
    >
      <TextField
        label="E-mail"
        type="email"
        required
        maxLength={254}
        autoComplete="off"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        error={fieldOf(invite.error, "email")}
      />
      <RoleSelect orgId={orgId} value={role} onChange={setRole} error={fieldOf(invite.error, "role")} />
      {teams.length > 0 ? (
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-1.5 text-sm font-medium">Teams</legend>
          {teams.map((team) => (
            <CheckField
              key={team.id}
              label={team.name}
              checked={teamIds.includes(team.id)}
              onChange={(checked) =>
                setTeamIds(checked ? [...teamIds, team.id] : teamIds.filter((id) => id !== team.id))
              }
            />
          ))}
          {fieldOf(invite.error, "teamIds") ? (
            <p className="text-xs text-bad">{fieldOf(invite.error, "teamIds")}</p>
          ) : null}
        </fieldset>
      ) : null}
      {invite.error ? <Problem error={invite.error} /> : null}
      <Button type="submit" look="primary" busy={invite.isPending}>
        Send the invitation
      </Button>
    </form>
  );
}
