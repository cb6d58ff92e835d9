import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useWhyNot } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { peopleQueries } from "../../api/people-queries.ts";
import { invalidate } from "../../api/queries.ts";
import { plural } from "../../lib/format.ts";
import { CreateDialog } from "../../ui/create-dialog.tsx";
import { ListPage } from "../../ui/list-page.tsx";
import { Readable } from "../organizations/readable.tsx";

export function TeamsPage() {
  const { orgId } = useParams({ from: "/app/orgs/$orgId/teams" });
  return (
    <Readable orgId={orgId} permission="team.read" title="Teams">
      <Teams orgId={orgId} />
    </Readable>
  );
}

function Teams({ orgId }: { orgId: string }) {
  const teams = useQuery(peopleQueries.teams(orgId));
  const refused = useWhyNot(orgId)("team.write");
  const navigate = useNavigate();
  const [creating, setCreating] = useState(false);
  const path = `/v1/orgs/${orgId}/teams`;
  return (
    <ListPage
      title="Teams"
      description="People who have the same roles. What is given to a team counts for everybody in it."
      query={teams}
      newLabel="New team"
      onNew={() => setCreating(true)}
      refused={refused}
      empty={{
        title: "No team yet",
        text: "Make one where several people should have the same roles, such as those who are on call.",
        action: "Create a team",
      }}
      rowClass="justify-between gap-x-4"
      renderItem={(team) => (
        <>
          <Link
            to="/orgs/$orgId/teams/$teamId"
            params={{ orgId, teamId: team.id }}
            className="min-w-0 font-semibold break-words after:absolute after:inset-0"
          >
            {team.name}
          </Link>
          <span className="text-sm text-soft">{plural(team.memberCount, "member")}</span>
        </>
      )}
    >
      <CreateDialog
        open={creating}
        onOpenChange={setCreating}
        title="New team"
        description="Put people into it and give it roles on its page."
        action="Create team"
        create={(name) => api.call("POST /v1/orgs/{org}/teams", { path: { org: orgId }, body: { name } })}
        onCreated={({ id }) => {
          void invalidate(path);
          void navigate({ to: "/orgs/$orgId/teams/$teamId", params: { orgId, teamId: id } });
        }}
      />
    </ListPage>
  );
}
