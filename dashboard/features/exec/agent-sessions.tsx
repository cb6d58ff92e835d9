import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { paged, queries } from "../../api/queries.ts";
import { LinkButton } from "../../ui/link-button.tsx";
import { Empty, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { SessionTable } from "./session-table.tsx";
import { isLive } from "./words.ts";

const newest = 5;
const refreshEveryMs = 10_000;

/** The newest sessions on an agent's host. */
export function AgentSessions({ fleetId, agentId }: { fleetId: string; agentId: string }) {
  const orgId = useQuery(queries.fleet(fleetId)).data?.organizationId;
  const list = useInfiniteQuery({
    ...paged(
      "GET /v1/orgs/{org}/exec-sessions",
      { path: { org: orgId ?? "" }, query: { agent: agentId } },
      newest,
    ),
    enabled: orgId !== undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some(isLive)) ? refreshEveryMs : false,
  });
  const sessions = list.data?.pages[0]?.items ?? [];
  return (
    <Panel
      title="Sessions"
      description="Commands and terminals that people opened on its host, newest first."
      actions={
        list.hasNextPage && orgId !== undefined ? (
          <LinkButton
            size="sm"
            to="/orgs/$orgId/exec-sessions"
            params={{ orgId }}
            search={{ agent: agentId }}
          >
            All of this agent
          </LinkButton>
        ) : null
      }
      flush
    >
      {list.error ? (
        <div className="p-3">
          <Problem error={list.error} retry={list.refetch} />
        </div>
      ) : null}
      {list.isPending ? <Skeleton rows={2} /> : null}
      {list.data && sessions.length === 0 ? (
        <Empty title="Nobody has run anything here">
          Open a terminal above, or use muster exec. The host's operator must have allowed it.
        </Empty>
      ) : null}
      {orgId !== undefined && sessions.length > 0 ? (
        <SessionTable orgId={orgId} sessions={sessions} ofOneAgent />
      ) : null}
    </Panel>
  );
}
