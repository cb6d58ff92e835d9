import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Rocket } from "lucide-react";
import { useEffect, useState } from "react";
import {
  isTerminal,
  type TerminalRolloutState,
  terminalRolloutStates,
} from "../../../domain/rollouts/states.ts";
import type { Rollout } from "../../../protocol/api/rollouts.ts";
import { useWhyNotInFleet } from "../../api/access.ts";
import { useFleetLive } from "../../api/fleet-store.ts";
import { invalidate, queries } from "../../api/queries.ts";
import { count, plural } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { FeedIndicator } from "../../ui/feed-indicator.tsx";
import { LinkButton } from "../../ui/link-button.tsx";
import { Empty, Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Badge, rolloutLooks } from "../../ui/status.tsx";
import { Table, Td, Th } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { Readable } from "../organizations/readable.tsx";
import { OpenRollouts } from "./open-rollouts.tsx";
import { strategyText } from "./strategy-text.ts";

export function RolloutsPage() {
  const { fleetId } = useParams({ from: "/app/fleets/$fleetId/rollouts" });
  return (
    <Readable key={fleetId} fleetId={fleetId} permission="rollout.read" title="Rollouts">
      <RolloutsView fleetId={fleetId} />
    </Readable>
  );
}

function RolloutsView({ fleetId }: { fleetId: string }) {
  const refused = useWhyNotInFleet(fleetId)("rollout.write");
  const [state, setState] = useState<TerminalRolloutState | "">("");
  const ended = useInfiniteQuery(queries.rollouts(fleetId, state || null));
  const unended = useQuery(queries.openRollouts(fleetId));
  const live = useFleetLive(fleetId);
  const newest = (rollout: Rollout) => live.rollouts.get(rollout.id) ?? rollout;
  const history = (ended.data?.pages.flatMap((page) => page.items) ?? [])
    .map(newest)
    .filter((rollout) => isTerminal(rollout.state));
  const open = (unended.data ?? []).map(newest).filter((rollout) => !isTerminal(rollout.state));
  // A rollout that the lists do not show where it now belongs: they are asked again.
  const moved = [...live.rollouts.values()]
    .filter((rollout) => !(isTerminal(rollout.state) ? history : open).some(({ id }) => id === rollout.id))
    .map((rollout) => `${rollout.id} ${rollout.state}`)
    .join();
  useEffect(() => {
    if (moved) void invalidate(`/v1/fleets/${fleetId}/rollouts`);
  }, [moved, fleetId]);
  const deploy = (look: "primary" | "secondary") => (
    <LinkButton to="/fleets/$fleetId/deploy" params={{ fleetId }} look={look} refused={refused}>
      <Rocket aria-hidden className="size-3.5" />
      Deploy
    </LinkButton>
  );
  return (
    <Page title="Rollouts" description={<FeedIndicator status={live.feed} />} actions={deploy("primary")}>
      {unended.error ? <Problem error={unended.error} retry={unended.refetch} /> : null}
      <OpenRollouts rollouts={open} />
      {ended.error ? <Problem error={ended.error} retry={ended.refetch} /> : null}
      <Panel
        flush
        title="Ended"
        actions={
          <select
            aria-label="Filter by state"
            value={state}
            onChange={(event) => setState(event.target.value as typeof state)}
            className="h-8 rounded-md border bg-raised px-2 text-sm"
          >
            <option value="">Any state</option>
            {terminalRolloutStates.map((each) => (
              <option key={each} value={each}>
                {rolloutLooks[each].text}
              </option>
            ))}
          </select>
        }
      >
        {ended.isPending ? <Skeleton /> : null}
        {ended.data && history.length === 0 ? (
          state ? (
            <Empty
              title={`No rollout ended as ${rolloutLooks[state as Rollout["state"]].text.toLowerCase()}`}
            >
              Choose another state to see more.
            </Empty>
          ) : open.length > 0 ? (
            <p className="p-4 text-soft">None has ended yet.</p>
          ) : (
            <Empty title="Nothing has been rolled out here" action={deploy("secondary")}>
              A rollout takes config versions to this fleet's agents, wave by wave, and undoes itself when
              they fail.
            </Empty>
          )
        ) : null}
        {history.length > 0 ? <History rollouts={history} /> : null}
        {ended.hasNextPage ? (
          <div className="border-t p-3">
            <Button size="sm" busy={ended.isFetchingNextPage} onClick={() => void ended.fetchNextPage()}>
              Show older rollouts
            </Button>
          </div>
        ) : null}
      </Panel>
    </Page>
  );
}

function History({ rollouts }: { rollouts: Rollout[] }) {
  return (
    <Table
      label="Rollouts"
      head={
        <>
          <Th>Release</Th>
          <Th>State</Th>
          <Th>Agents</Th>
          <Th>Strategy</Th>
          <Th>Asked for by</Th>
          <Th>Ended</Th>
        </>
      }
    >
      {rollouts.map((rollout) => (
        <tr key={rollout.id} className="relative">
          <Td>
            <Link
              to="/fleets/$fleetId/rollouts/$rolloutId"
              params={{ fleetId: rollout.fleetId, rolloutId: rollout.id }}
              className="font-medium after:absolute after:inset-0"
            >
              {rollout.revertOf ? "Revert, as release" : "Release"} {rollout.releaseNumber}
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
            <Time at={rollout.endedAt ?? rollout.createdAt} />
          </Td>
        </tr>
      ))}
    </Table>
  );
}
