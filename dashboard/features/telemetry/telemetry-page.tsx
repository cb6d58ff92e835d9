import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Pencil } from "lucide-react";
import { useState } from "react";
import { telemetrySignals, writeHeaderValue } from "../../../domain/fleets/own-telemetry.ts";
import { plural } from "../../../domain/plural.ts";
import type { OwnTelemetry } from "../../../protocol/api/own-telemetry.ts";
import { useWhyNotInFleet } from "../../api/access.ts";
import { one } from "../../api/queries.ts";
import { Button } from "../../ui/button.tsx";
import { Empty, Facts, Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/status.tsx";
import { Table, Td, Th } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { TelemetryForm } from "./telemetry-form.tsx";

const refreshEveryMs = 10_000;
const titles = { metrics: "Metrics", traces: "Traces", logs: "Logs" } as const;
const stateTexts = {
  waiting: { text: "not offered yet", tone: "idle" },
  offered: { text: "offered", tone: "busy" },
  applied: { text: "applied", tone: "good" },
  failed: { text: "failed", tone: "bad" },
} as const;

/** Where the fleet's agents send what they say of themselves, and which of them do. */
export function TelemetryPage() {
  const { fleetId } = useParams({ from: "/app/fleets/$fleetId/telemetry" });
  const telemetry = useQuery({
    ...one("GET /v1/fleets/{fleet}/own-telemetry", { path: { fleet: fleetId } }),
    refetchInterval: refreshEveryMs,
  });
  const whyNot = useWhyNotInFleet(fleetId);
  const [editing, setEditing] = useState(false);
  return (
    <Page
      title="Own telemetry"
      description="Where agents send metrics, traces and logs about themselves. Collectors take such settings over OpAMP; nothing else of their config changes."
      actions={
        <Button refused={whyNot("fleet.write")} disabled={!telemetry.data} onClick={() => setEditing(true)}>
          <Pencil aria-hidden className="size-3.5" />
          Change
        </Button>
      }
    >
      {telemetry.error ? <Problem error={telemetry.error} retry={telemetry.refetch} /> : null}
      {telemetry.data ? (
        <>
          <Targets telemetry={telemetry.data} />
          <Agents telemetry={telemetry.data} />
        </>
      ) : telemetry.error ? null : (
        <Skeleton rows={5} />
      )}
      {editing && telemetry.data ? (
        <TelemetryForm telemetry={telemetry.data} onClose={() => setEditing(false)} />
      ) : null}
    </Page>
  );
}

function Targets({ telemetry }: { telemetry: OwnTelemetry }) {
  return (
    <Panel title="Where it goes">
      <Facts
        items={telemetrySignals.map((signal) => [
          titles[signal],
          <Target key={signal} target={telemetry[signal]} />,
        ])}
      />
    </Panel>
  );
}

function Target({ target }: { target: OwnTelemetry["metrics"] }) {
  if (!target) return <span className="text-soft">nowhere</span>;
  return (
    <span className="flex flex-col gap-0.5 break-words">
      <code>{target.endpoint}</code>
      {Object.entries(target.headers).map(([name, header]) => (
        <code key={name} className="text-sm text-soft">
          {name}: {writeHeaderValue(header)}
          {"version" in header ? ` (version ${header.version})` : ""}
        </code>
      ))}
    </span>
  );
}

function Agents({ telemetry: { agents, items, fleetId } }: { telemetry: OwnTelemetry }) {
  return (
    <Panel
      flush
      title="Agents"
      description={`${plural(agents.takes, "agent")} can be told: ${agents.applied} applied it, ${agents.failed} failed, ${agents.waiting} have not answered.`}
    >
      {items.length === 0 ? (
        <Empty title={agents.takes === 0 ? "Nobody to tell" : "All applied it"}>
          {agents.takes === 0
            ? "Once a signal goes somewhere, collectors of this fleet that can send it are listed here until they do."
            : "Every agent that takes such settings sends what it says of itself there."}
        </Empty>
      ) : (
        <Table
          label="Agents that have not applied it"
          head={
            <>
              <Th>Agent</Th>
              <Th>State</Th>
              <Th>Since</Th>
              <Th>Reason</Th>
            </>
          }
        >
          {items.map((agent) => (
            <tr key={agent.agentId}>
              <Td>
                <Link
                  className="font-medium underline-offset-2 hover:underline"
                  to="/fleets/$fleetId/agents/$agentId"
                  params={{ fleetId, agentId: agent.agentId }}
                >
                  {agent.name}
                </Link>
              </Td>
              <Td>
                <Tag tone={stateTexts[agent.state].tone}>{stateTexts[agent.state].text}</Tag>
              </Td>
              <Td>{agent.at ? <Time at={agent.at} /> : "–"}</Td>
              <Td>{agent.error ?? "–"}</Td>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  );
}
