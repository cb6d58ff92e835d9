import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useWhyNotInProject } from "../../api/access.ts";
import { queries } from "../../api/queries.ts";
import { plural } from "../../lib/format.ts";
import { freezeAt } from "../../lib/windows.ts";
import { Button } from "../../ui/button.tsx";
import { Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/status.tsx";
import { CreateEnvironmentDialog } from "./create-environment-dialog.tsx";

export function EnvironmentsPage() {
  const { projectId } = useParams({ from: "/app/projects/$projectId/environments" });
  const environments = useQuery(queries.environments(projectId));
  const refused = useWhyNotInProject(projectId)("environment.write");
  const [creating, setCreating] = useState(false);
  return (
    <Page
      title="Environments"
      description="What an environment asks of every rollout to its fleets: who approves, and when waves may start."
      actions={
        <Button look="primary" refused={refused} onClick={() => setCreating(true)}>
          <Plus aria-hidden className="size-3.5" />
          New environment
        </Button>
      }
    >
      {environments.error ? <Problem error={environments.error} retry={environments.refetch} /> : null}
      <Panel flush>
        {environments.isPending ? <Skeleton /> : null}
        <ul aria-label="Environments" className="divide-y">
          {environments.data?.map((environment) => (
            <li
              key={environment.id}
              className="relative flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-3 hover:bg-hover/50"
            >
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
            </li>
          ))}
        </ul>
      </Panel>
      <CreateEnvironmentDialog projectId={projectId} open={creating} onOpenChange={setCreating} />
    </Page>
  );
}
