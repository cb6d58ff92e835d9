import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useWhyNotInProject } from "../../api/access.ts";
import { queries } from "../../api/queries.ts";
import { plural } from "../../lib/format.ts";
import { freezeAt } from "../../lib/windows.ts";
import { ListPage } from "../../ui/list-page.tsx";
import { Tag } from "../../ui/status.tsx";
import { CreateEnvironmentDialog } from "./create-environment-dialog.tsx";

export function EnvironmentsPage() {
  const { projectId } = useParams({ from: "/app/projects/$projectId/environments" });
  const environments = useQuery(queries.environments(projectId));
  const refused = useWhyNotInProject(projectId)("environment.write");
  const [creating, setCreating] = useState(false);
  return (
    <ListPage
      title="Environments"
      description="What an environment asks of every rollout to its fleets: who approves, and when waves may start."
      query={environments}
      newLabel="New environment"
      onNew={() => setCreating(true)}
      refused={refused}
      rowClass="gap-x-3"
      renderItem={(environment) => (
        <>
          <Link
            to="/projects/$projectId/environments/$environmentId"
            params={{ projectId, environmentId: environment.id }}
            className="font-semibold after:absolute after:inset-0"
          >
            {environment.name}
          </Link>
          {environment.protected ? <Tag tone="warn">protected</Tag> : null}
          {freezeAt(environment.freezes, Date.now()) ? <Tag tone="busy">frozen now</Tag> : null}
          <span className="text-sm text-soft">
            {environment.windows.length === 0
              ? "waves may start at any time"
              : plural(environment.windows.length, "maintenance window")}
          </span>
        </>
      )}
    >
      <CreateEnvironmentDialog projectId={projectId} open={creating} onOpenChange={setCreating} />
    </ListPage>
  );
}
