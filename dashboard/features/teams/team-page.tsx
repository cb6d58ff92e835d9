import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Pencil, Trash2, UserPlus } from "lucide-react";
import { useState } from "react";
import type { Team, TeamMember } from "../../../protocol/api/teams.ts";
import { useWhyNot } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { peopleQueries } from "../../api/people-queries.ts";
import { useWrite } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/status.tsx";
import { BindingsPanel } from "../bindings/bindings-panel.tsx";
import { Readable } from "../organizations/readable.tsx";
import { AddToTeamDialog, RenameTeamDialog } from "./team-dialogs.tsx";

export function TeamPage() {
  const { orgId, teamId } = useParams({ from: "/app/orgs/$orgId/teams/$teamId" });
  const team = useQuery(peopleQueries.team(teamId));
  return (
    <Readable key={teamId} orgId={orgId} permission="team.read" title="Team">
      {team.data ? (
        <TeamDetail orgId={orgId} team={team.data} />
      ) : (
        <Page title="Team">
          {team.error ? <Problem error={team.error} retry={team.refetch} /> : <Skeleton rows={8} />}
        </Page>
      )}
    </Readable>
  );
}

function TeamDetail({ orgId, team }: { orgId: string; team: Team }) {
  const refused = useWhyNot(orgId)("team.write");
  const navigate = useNavigate();
  const [asked, setAsked] = useState<"rename" | "delete" | null>(null);
  const close = () => setAsked(null);
  const remove = useWrite({
    send: () => api.call("DELETE /v1/teams/{team}", { path: { team: team.id } }),
    stale: [`/v1/orgs/${orgId}`],
    onDone: () => {
      close();
      void navigate({ to: "/orgs/$orgId/teams", params: { orgId } });
    },
  });
  return (
    <Page
      title={team.name}
      description={team.slug}
      actions={
        <>
          <Button refused={refused} onClick={() => setAsked("rename")}>
            <Pencil aria-hidden className="size-3.5" />
            Rename
          </Button>
          <Button look="danger" refused={refused} onClick={() => setAsked("delete")}>
            <Trash2 aria-hidden className="size-3.5" />
            Delete
          </Button>
        </>
      }
    >
      <TeamMembers orgId={orgId} team={team} refused={refused} />
      <BindingsPanel orgId={orgId} subject={team.id} noun="team" />
      {asked === "rename" ? <RenameTeamDialog orgId={orgId} team={team} onClose={close} /> : null}
      <Confirm
        open={asked === "delete"}
        onOpenChange={(open) => !open && close()}
        title={`Delete the team ${team.name}?`}
        action="Delete the team"
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate(undefined)}
      >
        Its people stay members, without the roles that they had by the team. This cannot be undone.
      </Confirm>
    </Page>
  );
}

interface TeamMembersProps {
  orgId: string;
  team: Team;
  refused: string | undefined;
}

function TeamMembers({ orgId, team, refused }: TeamMembersProps) {
  const path = `/v1/teams/${team.id}`;
  const members = useQuery(peopleQueries.teamMembers(team.id));
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<TeamMember | null>(null);
  const remove = useWrite({
    send: (user: string) =>
      api.call("DELETE /v1/teams/{team}/members/{user}", { path: { team: team.id, user } }),
    stale: [path, `/v1/orgs/${orgId}`],
    onDone: () => setRemoving(null),
  });
  return (
    <Panel
      title="Members"
      actions={
        <Button size="sm" refused={refused} onClick={() => setAdding(true)}>
          <UserPlus aria-hidden className="size-3.5" />
          Add a member
        </Button>
      }
    >
      {members.error ? <Problem error={members.error} retry={members.refetch} /> : null}
      {members.isPending ? <Skeleton rows={2} /> : null}
      {members.data?.length === 0 ? <p className="text-soft">Nobody is in it yet.</p> : null}
      <ul aria-label="Members of the team" className="flex flex-col gap-2">
        {members.data?.map((member) => (
          <li key={member.userId} className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="min-w-0 flex-1 basis-48 break-words">
              <Link
                to="/orgs/$orgId/members/$userId"
                params={{ orgId, userId: member.userId }}
                className="font-medium underline-offset-2 hover:underline"
              >
                {member.name ?? member.email}
              </Link>
              {member.name ? <span className="ml-2 text-sm text-soft">{member.email}</span> : null}
            </span>
            {member.fromSso ? <Tag>from single sign-on</Tag> : null}
            <Button
              size="sm"
              refused={
                refused ??
                (member.fromSso
                  ? "The identity provider's groups put them here. Change the group map, or the groups."
                  : undefined)
              }
              aria-label={`Take out ${member.name ?? member.email}`}
              onClick={() => setRemoving(member)}
            >
              Take out
            </Button>
          </li>
        ))}
      </ul>
      {adding ? (
        <AddToTeamDialog
          orgId={orgId}
          team={team}
          present={members.data ?? []}
          onClose={() => setAdding(false)}
        />
      ) : null}
      <Confirm
        open={removing !== null}
        onOpenChange={(open) => !open && setRemoving(null)}
        title={`Take ${removing?.name ?? removing?.email ?? ""} out of ${team.name}?`}
        action="Take them out"
        danger
        busy={remove.isPending}
        onConfirm={() => removing && remove.mutate(removing.userId)}
      >
        They lose the roles that they have by this team at once, and stay a member of the organization.
      </Confirm>
    </Panel>
  );
}
