import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Ban, LogOut, Logs, RotateCw, SquareTerminal, Trash2 } from "lucide-react";
import { useEffect, useState } from "react";
import { healthWord } from "../../../domain/fleets/agent-words.ts";
import type { Permission } from "../../../domain/tenancy/permissions.ts";
import { useWhyNotInFleet } from "../../api/access.ts";
import { useFleetLive } from "../../api/fleet-store.ts";
import { invalidate, queries } from "../../api/queries.ts";
import { shortHash } from "../../lib/format.ts";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy.tsx";
import { Labels } from "../../ui/labels.tsx";
import { LinkButton } from "../../ui/link-button.tsx";
import { Facts, Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { agentLook, Badge, configStateLooks, Tag } from "../../ui/status.tsx";
import { Table, Td, Th } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { AgentDriftPanel } from "../drift/agent-drift.tsx";
import { severityTones } from "../drift/drift-words.ts";
import { AgentSessions } from "../exec/agent-sessions.tsx";
import { AgentMetricsPanel } from "../metrics/agent-metrics.tsx";
import { AgentVariables } from "../variables/agent-variables.tsx";
import { type AgentAction, AgentActions } from "./agent-actions.tsx";
import { AgentConfigs } from "./agent-configs.tsx";
import { AgentPackages } from "./agent-packages.tsx";
import { AgentReasons } from "./agent-reasons.tsx";
import { AttributeList, HealthTree } from "./health-tree.tsx";
import { LabelSources } from "./label-sources.tsx";

export function AgentPage() {
  const { fleetId, agentId } = useParams({ from: "/app/fleets/$fleetId/agents/$agentId" });
  const detail = useQuery(queries.agent(agentId));
  const explanation = useQuery(queries.explainAgent(agentId));
  const whyNotInFleet = useWhyNotInFleet(fleetId);
  const [action, setAction] = useState<AgentAction | null>(null);
  const heard = useFleetLive(fleetId).agents.get(agentId);
  // The feed tells that the agent changed; what it runs and why must then be asked again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `heard` is the cue, not an input.
  useEffect(() => {
    void invalidate(`/v1/agents/${agentId}`);
  }, [heard, agentId]);

  if (detail.error) {
    return (
      <Page title="Agent">
        <Problem error={detail.error} retry={detail.refetch} />
      </Page>
    );
  }
  if (!detail.data) {
    return (
      <Page title={heard?.name ?? "Agent"}>
        <Skeleton rows={8} />
      </Page>
    );
  }
  const agent = { ...detail.data, ...heard };
  const whyNot = (permission: Permission) => whyNotInFleet(permission, { labels: agent.labels });
  const gone =
    agent.status === "revoked"
      ? `It ${agent.decommissioned ? "was decommissioned" : "was revoked"}: nobody reaches its host any more.`
      : undefined;
  return (
    <Page
      title={agent.name}
      description={
        <span className="flex flex-wrap items-center gap-2">
          <Badge look={agentLook(agent)} />
          {agent.drift && agent.config.state === "in_sync" ? null : (
            <Badge look={configStateLooks[agent.config.state]} />
          )}
          {agent.healthy === false && agent.status !== "revoked" ? (
            <Tag tone="bad">{healthWord(agent)}</Tag>
          ) : null}
          {agent.drift ? <Tag tone={severityTones[agent.drift.severity]}>drifted</Tag> : null}
          <Labels labels={agent.labels} />
        </span>
      }
      actions={
        <>
          <LinkButton
            to="/fleets/$fleetId/agents/$agentId/logs"
            params={{ fleetId, agentId }}
            refused={whyNot("log.read")}
          >
            <Logs aria-hidden className="size-3.5" />
            Logs
          </LinkButton>
          <LinkButton
            to="/fleets/$fleetId/agents/$agentId/terminal"
            params={{ fleetId, agentId }}
            reloadDocument
            refused={whyNot("exec.run") ?? gone}
          >
            <SquareTerminal aria-hidden className="size-3.5" />
            Terminal
          </LinkButton>
          {agent.status === "revoked" ? null : (
            <>
              <Button
                refused={whyNot("agent.operate")}
                disabled={agent.status !== "online" || !agent.capabilities.includes("AcceptsRestartCommand")}
                title={
                  agent.capabilities.includes("AcceptsRestartCommand")
                    ? undefined
                    : "This agent does not accept restarts"
                }
                onClick={() => setAction("restart")}
              >
                <RotateCw aria-hidden className="size-3.5" />
                Restart
              </Button>
              <Button look="danger" refused={whyNot("agent.revoke")} onClick={() => setAction("revoke")}>
                <Ban aria-hidden className="size-3.5" />
                Revoke
              </Button>
              <Button
                look="danger"
                refused={whyNot("agent.revoke")}
                onClick={() => setAction("decommission")}
              >
                <LogOut aria-hidden className="size-3.5" />
                Decommission
              </Button>
            </>
          )}
          <Button look="danger" refused={whyNot("agent.delete")} onClick={() => setAction("delete")}>
            <Trash2 aria-hidden className="size-3.5" />
            Delete
          </Button>
        </>
      }
    >
      <Panel title="Why it is so">
        {explanation.error ? <Problem error={explanation.error} retry={explanation.refetch} /> : null}
        {explanation.data ? (
          <AgentReasons explanation={explanation.data} fleetId={fleetId} />
        ) : explanation.error ? null : (
          <Skeleton rows={3} />
        )}
      </Panel>
      {agent.decommissioned ? (
        <Panel title="It left for good">
          <p className="break-words">
            {agent.decommissioned.reason}
            <span className="text-soft">
              , said {agent.decommissioned.by} <Time at={agent.decommissioned.at} />
            </span>
          </p>
        </Panel>
      ) : null}
      {agent.config.error ? (
        <Panel title="What the agent said when it failed">
          <pre className="font-mono text-sm break-words whitespace-pre-wrap text-bad">
            {agent.config.error}
          </pre>
        </Panel>
      ) : null}
      <AgentDriftPanel agent={agent} />
      <AgentMetricsPanel agent={agent} />
      <AgentConfigs agent={agent} />
      {whyNot("variable.read") === undefined ? (
        <Panel
          title="Variables"
          description="Which value of each counts for it now, and whether its files name it."
        >
          <AgentVariables agentId={agent.id} name={agent.name} />
        </Panel>
      ) : null}
      <LabelSources agent={agent} refused={whyNot("agent.operate")} />
      <AgentPackages agent={agent} refused={whyNot("rollout.write")} />
      {whyNot("exec.read") === undefined ? <AgentSessions fleetId={fleetId} agentId={agentId} /> : null}
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <Panel title="About">
          <Facts
            items={[
              ["Type", [agent.type, agent.version].filter(Boolean).join(" ") || "not reported"],
              [
                "Id",
                <span key="id" className="flex items-center gap-1 font-mono text-sm">
                  <span className="min-w-0 truncate">{agent.id}</span>
                  <CopyButton text={agent.id} label="Copy the id" />
                </span>,
              ],
              [
                "Instance uid",
                <span key="uid" className="font-mono text-sm break-all">
                  {agent.instanceUid}
                </span>,
              ],
              ["Transport", agent.transport ?? "not connected"],
              [
                "Credential",
                agent.status === "revoked"
                  ? "counts no longer"
                  : agent.credential === "agent"
                    ? "its own, revocable"
                    : "the enrolment token (cannot take its own)",
              ],
              ["Enrolled", <Time key="enrolled" at={agent.enrolledAt} />],
              ["Connected", agent.connectedAt ? <Time key="connected" at={agent.connectedAt} /> : "no"],
              ["Last seen", <Time key="seen" at={agent.lastSeenAt} />],
              ["Capabilities", agent.capabilities.join(", ") || "none reported"],
            ]}
          />
        </Panel>
        <Panel
          title="Health"
          {...(agent.status !== "online" && { description: "As it said last, when it was connected." })}
        >
          <HealthTree health={agent.health} />
        </Panel>
        <Panel title="Attributes" className="lg:col-span-2">
          <AttributeList
            attributes={{ ...agent.attributes.identifying, ...agent.attributes.nonIdentifying }}
          />
        </Panel>
      </div>
      <Panel title="Config history" description="What this agent reported, newest first." flush>
        {agent.history.length === 0 ? (
          <p className="p-4 text-soft">It has reported on no config yet.</p>
        ) : (
          <Table
            label="Config history"
            head={
              <>
                <Th>When</Th>
                <Th>Report</Th>
                <Th>Hash</Th>
                <Th>Error</Th>
              </>
            }
          >
            {agent.history.map((entry) => (
              <tr key={`${entry.at} ${entry.hash} ${entry.status}`}>
                <Td>
                  <Time at={entry.at} />
                </Td>
                <Td>
                  <Tag
                    tone={entry.status === "failed" ? "bad" : entry.status === "applied" ? "good" : "busy"}
                  >
                    {entry.status}
                  </Tag>
                </Td>
                <Td className="font-mono text-sm">{shortHash(entry.hash)}</Td>
                <Td className="max-w-md text-sm break-words">{entry.error ?? "–"}</Td>
              </tr>
            ))}
          </Table>
        )}
      </Panel>
      <AgentActions agent={agent} action={action} onDone={() => setAction(null)} />
    </Page>
  );
}
