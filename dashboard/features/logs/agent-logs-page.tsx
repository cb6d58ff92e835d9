import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { useWhyNotInFleet } from "../../api/access.ts";
import { queries } from "../../api/queries.ts";
import { LinkButton } from "../../ui/link-button.tsx";
import { Empty, Page, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { KeptLogs } from "./kept-logs.tsx";
import { LiveLogs } from "./live-logs.tsx";

export function AgentLogsPage() {
  const { fleetId, agentId } = useParams({ from: "/app/fleets/$fleetId/agents/$agentId/logs" });
  const agent = useQuery(queries.agent(agentId));
  const whyNot = useWhyNotInFleet(fleetId);
  if (agent.error) {
    return (
      <Page title="Logs">
        <Problem error={agent.error} retry={agent.refetch} />
      </Page>
    );
  }
  if (!agent.data) {
    return (
      <Page title="Logs">
        <Skeleton rows={8} />
      </Page>
    );
  }
  const { name, labels } = agent.data;
  const refused = whyNot("log.read", { labels });
  return (
    <Page
      title={`Logs of ${name}`}
      actions={
        <LinkButton to="/fleets/$fleetId/agents/$agentId" params={{ fleetId, agentId }}>
          <ArrowLeft aria-hidden className="size-3.5" />
          The agent
        </LinkButton>
      }
    >
      {refused === undefined ? (
        <>
          <LiveLogs key={`live ${agentId}`} agentId={agentId} />
          <KeptLogs key={`kept ${agentId}`} agentId={agentId} />
        </>
      ) : (
        <Empty title="You may not read logs">{refused}</Empty>
      )}
    </Page>
  );
}
