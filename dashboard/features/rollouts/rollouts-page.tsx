import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Rocket } from "lucide-react";
import { useEffect, useState } from "react";
import { useFleetLive } from "../../api/fleet-store.ts";
import { invalidate, queries } from "../../api/queries.ts";
import { count, plural } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { FeedIndicator } from "../../ui/feed-indicator.tsx";
import { Empty, Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Badge, rolloutLooks } from "../../ui/status.tsx";
import { Table, Td, Th } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { Deploy } from "./deploy.tsx";
import { strategyText } from "./strategy-text.ts";

export function RolloutsPage() {
  const { fleetId } = useParams({ from: "/app/fleets/$fleetId/rollouts" });
  const rollouts = useInfiniteQuery(queries.rollouts(fleetId));
  const live = useFleetLive(fleetId);
  const [deploying, setDeploying] = useState(false);
  const items = (rollouts.data?.pages.flatMap((page) => page.items) ?? []).map(
    (rollout) => live.rollouts.get(rollout.id) ?? rollout,
  );
  const unlisted = rollouts.data
    ? [...live.rollouts.keys()].some((id) => !items.some((each) => each.id === id))
    : false;
  useEffect(() => {
    if (unlisted) void invalidate(`/v1/fleets/${fleetId}/rollouts`);
  }, [unlisted, fleetId]);
  return (
    <Page
      title="Rollouts"
      description={<FeedIndicator status={live.feed} />}
      actions={
        <Button look="primary" onClick={() => setDeploying(true)}>
          <Rocket aria-hidden className="size-3.5" />
          Deploy
        </Button>
      }
    >
      {rollouts.error ? <Problem error={rollouts.error} retry={rollouts.refetch} /> : null}
      <Panel flush>
        {rollouts.isPending ? <Skeleton /> : null}
        {rollouts.data && items.length === 0 ? (
          <Empty title="Nothing has been rolled out here">
            A rollout takes config versions to this fleet's agents, wave by wave, and undoes itself when they
            fail.
          </Empty>
        ) : null}
        {items.length > 0 ? (
          <Table
            label="Rollouts"
            head={
              <>
                <Th>Release</Th>
                <Th>State</Th>
                <Th>Agents</Th>
                <Th>Strategy</Th>
                <Th>Started by</Th>
                <Th>Started</Th>
              </>
            }
          >
            {items.map((rollout) => (
              <tr key={rollout.id} className="relative">
                <Td>
                  <Link
                    to="/fleets/$fleetId/rollouts/$rolloutId"
                    params={{ fleetId, rolloutId: rollout.id }}
                    className="font-medium after:absolute after:inset-0"
                  >
                    Release {rollout.releaseNumber}
                  </Link>
                  {rollout.message ? (
                    <span className="block max-w-xs truncate text-sm text-soft">{rollout.message}</span>
                  ) : null}
                </Td>
                <Td>
                  <Badge look={rolloutLooks[rollout.state]} title={rollout.reason ?? undefined} />
                </Td>
                <Td className="tabular whitespace-nowrap">
                  {count(rollout.counts.verified)} of {plural(rollout.total, "agent")}
                </Td>
                <Td className="text-sm whitespace-nowrap text-soft">{strategyText(rollout.strategy)}</Td>
                <Td>{rollout.author}</Td>
                <Td>
                  <Time at={rollout.startedAt ?? rollout.createdAt} />
                </Td>
              </tr>
            ))}
          </Table>
        ) : null}
        {rollouts.hasNextPage ? (
          <div className="border-t p-3">
            <Button
              size="sm"
              busy={rollouts.isFetchingNextPage}
              onClick={() => void rollouts.fetchNextPage()}
            >
              Show older rollouts
            </Button>
          </div>
        ) : null}
      </Panel>
      <Deploy fleetId={fleetId} open={deploying} onOpenChange={setDeploying} />
    </Page>
  );
}
