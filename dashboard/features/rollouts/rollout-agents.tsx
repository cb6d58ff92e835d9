import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { type RolloutAgentState, rolloutAgentStates } from "../../../domain/rollouts/states.ts";
import type { RolloutDetail } from "../../../protocol/api/rollouts.ts";
import { queries } from "../../api/queries.ts";
import { shortHash } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Badge, rolloutAgentLooks } from "../../ui/status.tsx";
import { Table, Td, Th } from "../../ui/table.tsx";

export function RolloutAgents({ fleetId, rollout }: { fleetId: string; rollout: RolloutDetail }) {
  const [state, setState] = useState<RolloutAgentState | "">("");
  const agents = useInfiniteQuery(queries.rolloutAgents(rollout.id, state || null));
  const items = agents.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel
      title="Agents"
      flush
      actions={
        <select
          aria-label="Filter agents by state"
          value={state}
          onChange={(event) => setState(event.target.value as typeof state)}
          className="h-8 rounded-md border bg-raised px-2 text-sm"
        >
          <option value="">Any state</option>
          {rolloutAgentStates.map((each) => (
            <option key={each} value={each}>
              {rolloutAgentLooks[each].text} ({rollout.counts[each]})
            </option>
          ))}
        </select>
      }
    >
      {agents.error ? (
        <div className="p-4">
          <Problem error={agents.error} retry={agents.refetch} />
        </div>
      ) : agents.isPending ? (
        <Skeleton />
      ) : items.length === 0 ? (
        <p className="p-4 text-soft">
          {state ? "No agent is in this state." : "This rollout touches no agent."}
        </p>
      ) : (
        <Table
          label="Agents of the rollout"
          head={
            <>
              <Th>Agent</Th>
              <Th>Wave</Th>
              <Th>State</Th>
              <Th>Error</Th>
              <Th>Before → after</Th>
            </>
          }
        >
          {items.map((agent) => (
            <tr key={agent.agentId}>
              <Td className="whitespace-nowrap">
                <Link
                  to="/fleets/$fleetId/agents/$agentId"
                  params={{ fleetId, agentId: agent.agentId }}
                  className="font-medium underline-offset-2 hover:underline"
                >
                  {agent.name}
                </Link>
              </Td>
              <Td className="tabular">{agent.wave}</Td>
              <Td>
                <Badge look={rolloutAgentLooks[agent.state]} />
              </Td>
              <Td className="max-w-lg min-w-52 text-sm break-words whitespace-pre-wrap">
                {agent.error ?? "–"}
              </Td>
              <Td className="font-mono text-xs whitespace-nowrap text-soft">
                {shortHash(agent.previousHash)} → {shortHash(agent.hash)}
              </Td>
            </tr>
          ))}
        </Table>
      )}
      {agents.hasNextPage ? (
        <div className="border-t p-3">
          <Button size="sm" busy={agents.isFetchingNextPage} onClick={() => void agents.fetchNextPage()}>
            Show more agents
          </Button>
        </div>
      ) : null}
    </Panel>
  );
}
