import { useQueries, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useWhyNotInProject } from "../../api/access.ts";
import { queries } from "../../api/queries.ts";
import type { FleetCounts } from "../../api/types.ts";
import { count } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { Empty, Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { Tag } from "../../ui/status.tsx";
import { Time } from "../../ui/time.tsx";
import { CreateFleetDialog } from "./create-fleet-dialog.tsx";

const countsEveryMs = 10_000;

export function FleetsPage() {
  const { projectId } = useParams({ from: "/app/projects/$projectId/fleets" });
  const [creating, setCreating] = useState(false);
  const [q, setQ] = useState("");
  const fleets = useQuery(queries.fleets(projectId));
  const environments = useQuery(queries.environments(projectId)).data ?? [];
  const refused = useWhyNotInProject(projectId)("fleet.write");
  const shown = (fleets.data ?? []).filter((fleet) =>
    fleet.name.toLowerCase().includes(q.trim().toLowerCase()),
  );
  const details = useQueries({
    queries: shown.map((fleet) => ({ ...queries.fleet(fleet.id), refetchInterval: countsEveryMs })),
  });
  return (
    <Page
      title="Fleets"
      description="A fleet is a set of agents that are configured and rolled out together."
      actions={
        <Button look="primary" refused={refused} onClick={() => setCreating(true)}>
          <Plus aria-hidden className="size-3.5" />
          New fleet
        </Button>
      }
    >
      {fleets.error ? <Problem error={fleets.error} retry={fleets.refetch} /> : null}
      {fleets.isPending ? <Skeleton /> : null}
      {(fleets.data?.length ?? 0) > 3 ? (
        <SearchField label="Search fleets" value={q} onChange={setQ} className="max-w-sm" />
      ) : null}
      {fleets.data?.length === 0 ? (
        <Panel flush>
          <Empty
            title="No fleet in this project"
            action={
              <Button look="primary" refused={refused} onClick={() => setCreating(true)}>
                Create a fleet
              </Button>
            }
          >
            Make one for each group of machines that should be rolled out together, such as one for each
            environment.
          </Empty>
        </Panel>
      ) : null}
      <ul className="grid grid-cols-1 gap-3 sm:grid-cols-2 xl:grid-cols-3">
        {shown.map((fleet, index) => {
          const detail = details[index]?.data;
          const environment = environments.find((each) => each.id === fleet.environmentId);
          return (
            <li
              key={fleet.id}
              className="relative flex flex-col gap-3 rounded-lg border bg-raised p-4 hover:border-line-strong"
            >
              <div className="flex items-start justify-between gap-3">
                <Link
                  to="/fleets/$fleetId"
                  params={{ fleetId: fleet.id }}
                  className="min-w-0 text-lg font-semibold break-words after:absolute after:inset-0"
                >
                  {fleet.name}
                </Link>
                {environment ? <Tag>{environment.name}</Tag> : null}
              </div>
              {detail?.counts ? (
                <Counts counts={detail.counts} />
              ) : (
                <p className="text-sm text-soft">
                  {detail ? "The fleet could not be asked just now." : "Counting…"}
                </p>
              )}
              <p className="mt-auto flex items-center justify-between gap-2 text-xs text-soft">
                <span>
                  created <Time at={fleet.createdAt} />
                </span>
                {detail?.activeRolloutId ? <Tag tone="busy">rollout running</Tag> : null}
              </p>
            </li>
          );
        })}
      </ul>
      <CreateFleetDialog projectId={projectId} open={creating} onOpenChange={setCreating} />
    </Page>
  );
}

function Counts({ counts }: { counts: FleetCounts }) {
  const share = (part: number) => `${counts.total === 0 ? 0 : (100 * part) / counts.total}%`;
  return (
    <div>
      <p className="tabular flex flex-wrap items-baseline gap-x-3 text-sm text-soft">
        <span>
          <span className="text-xl font-semibold text-text">{count(counts.online)}</span> of{" "}
          {count(counts.total)} online
        </span>
        {counts.unhealthy > 0 ? <span className="text-warn">{count(counts.unhealthy)} unhealthy</span> : null}
        {counts.failed > 0 ? <span className="text-bad">{count(counts.failed)} failed</span> : null}
      </p>
      <div aria-hidden className="mt-2 flex h-1.5 overflow-hidden rounded-full bg-hover">
        <div className="bg-good" style={{ width: share(counts.online) }} />
        <div className="bg-bad/60" style={{ width: share(counts.revoked) }} />
      </div>
    </div>
  );
}
