import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { UserId } from "../../../domain/ids.ts";
import type { Team, TeamMember } from "../../../protocol/api/teams.ts";
import { api } from "../../api/client.ts";
import { peopleQueries } from "../../api/people-queries.ts";
import { fieldOf, useWrite } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { Problem } from "../../ui/problem.tsx";

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
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Rename the team"
      description="Its id and its roles stay as they are."
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          rename.mutate(undefined);
        }}
      >
        <TextField
          label="Name"
          required
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={fieldOf(rename.error, "name")}
        />
        {rename.error ? <Problem error={rename.error} /> : null}
        <Button type="submit" look="primary" busy={rename.isPending} disabled={name.trim() === team.name}>
          Rename
        </Button>
      </form>
    </Dialog>
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
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Add a member to ${team.name}`}
      description="They get every role that the team has. Who is not a member of the organization is invited first."
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (userId !== "") add.mutate(userId);
        }}
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
        {add.error ? <Problem error={add.error} /> : null}
        <Button type="submit" look="primary" busy={add.isPending} disabled={userId === ""}>
          Add to the team
        </Button>
      </form>
    </Dialog>
  );
}
