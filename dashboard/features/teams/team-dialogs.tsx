import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { UserId } from "../../../domain/ids.ts";
import type { Team, TeamMember } from "../../../protocol/api/teams.ts";
import { api } from "../../api/client.ts";
import { peopleQueries } from "../../api/people-queries.ts";
import { fieldOf, useWrite } from "../../api/use-write.ts";
import { SelectField, TextField } from "../../ui/field.tsx";
import { Problem } from "../../ui/problem.tsx";
import { WriteDialog } from "../../ui/write-dialog.tsx";

interface TeamDialogProps {
  orgId: string;
  team: Team;
  onClose: () => void;
}

export function RenameTeamDialog({ orgId, team, onClose }: TeamDialogProps) {
  const [name, setName] = useState(team.name);
  const rename = useWrite({
    send: () => api.call("PATCH /v1/teams/{team}", { path: { team: team.id }, body: { name } }),
    stale: [`/v1/teams/${team.id}`, `/v1/orgs/${orgId}`],
    shown: true,
    onDone: onClose,
  });
  return (
    <WriteDialog
      title="Rename the team"
      description="Its id and its roles stay as they are."
      action="Rename"
      disabled={name.trim() === team.name}
      write={rename}
      onSubmit={() => rename.mutate(undefined)}
      onClose={onClose}
    >
      <TextField
        label="Name"
        required
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={fieldOf(rename.error, "name")}
      />
    </WriteDialog>
  );
}

export function AddToTeamDialog({
  orgId,
  team,
  present,
  onClose,
}: TeamDialogProps & { present: TeamMember[] }) {
  const [userId, setUserId] = useState<UserId | "">("");
  const members = useQuery(peopleQueries.allMembers(orgId));
  const others = (members.data ?? []).filter((each) => !present.some((one) => one.userId === each.userId));
  const add = useWrite({
    send: (chosen: UserId) =>
      api.call("POST /v1/teams/{team}/members", { path: { team: team.id }, body: { userId: chosen } }),
    stale: [`/v1/teams/${team.id}`, `/v1/orgs/${orgId}`],
    shown: true,
    onDone: onClose,
  });
  return (
    <WriteDialog
      title={`Add a member to ${team.name}`}
      description="They get every role that the team has. Who is not a member of the organization is invited first."
      action="Add to the team"
      disabled={userId === ""}
      write={add}
      onSubmit={() => {
        if (userId !== "") add.mutate(userId);
      }}
      onClose={onClose}
    >
      <SelectField
        label="Person"
        required
        value={userId}
        onChange={(event) =>
          setUserId(others.find((each) => each.userId === event.target.value)?.userId ?? "")
        }
        hint={members.data && others.length === 0 ? "Every member is in this team already." : undefined}
        error={fieldOf(add.error, "userId")}
      >
        <option value="">{members.isPending ? "Reading the members…" : "Choose a person"}</option>
        {others.map((each) => (
          <option key={each.userId} value={each.userId}>
            {each.name ? `${each.name}, ${each.email}` : each.email}
          </option>
        ))}
      </SelectField>
      {members.error ? <Problem error={members.error} retry={members.refetch} /> : null}
    </WriteDialog>
  );
}
