import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { RotateCw } from "lucide-react";
import { useEffect, useState } from "react";
import { type DriftPolicy, driftPolicies } from "../../../domain/fleets/drift.ts";
import { plural } from "../../../domain/plural.ts";
import type { FleetDrift } from "../../../protocol/api/drift.ts";
import { useWhyNotInFleet } from "../../api/access.ts";
import { useFleetLive } from "../../api/fleet-store.ts";
import { invalidate, one } from "../../api/queries.ts";
import { useWrite } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Empty, Facts, Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/status.tsx";
import { Table, Td, Th } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { FleetChoice } from "../fleets/fleet-choice.tsx";
import { policyTexts, repairTexts, severityTones } from "./drift-words.ts";
import { reapplyDrift } from "./repairs.ts";

const shownAgents = 200;
const refreshEveryMs = 10_000;

/** What the fleet should run and what it runs, and what is done about the difference. */
export function DriftPage() {
  const { fleetId } = useParams({ from: "/app/fleets/$fleetId/drift" });
  const path = `/v1/fleets/${fleetId}`;
  const drift = useQuery({
    ...one("GET /v1/fleets/{fleet}/drift", { path: { fleet: fleetId }, query: { limit: shownAgents } }),
    refetchInterval: refreshEveryMs,
  });
  const whyNot = useWhyNotInFleet(fleetId);
  const [asking, setAsking] = useState(false);
  const heard = useFleetLive(fleetId).agents;
  // The feed tells that agents changed; who drifted must then be asked again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `heard` is the cue, not an input.
  useEffect(() => {
    void invalidate(`${path}/drift`);
  }, [heard, path]);
  const reapply = useWrite({
    send: () => reapplyDrift(fleetId),
    stale: [path],
    onDone: () => setAsking(false),
  });
  return (
    <Page
      title="Drift"
      description="Agents whose files were changed on the host since they applied them."
      actions={
        <Button
          refused={whyNot("rollout.write")}
          disabled={!drift.data || drift.data.current.drifted === 0}
          onClick={() => setAsking(true)}
        >
          <RotateCw aria-hidden className="size-3.5" />
          Give all their files anew
        </Button>
      }
    >
      {drift.error ? <Problem error={drift.error} retry={drift.refetch} /> : null}
      {drift.data ? (
        <>
          <Standing drift={drift.data} fleetId={fleetId} />
          <Agents drift={drift.data} fleetId={fleetId} />
        </>
      ) : drift.error ? null : (
        <Skeleton rows={6} />
      )}
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title="Give drifted agents their files anew?"
        action="Start the rollout"
        busy={reapply.isPending}
        onConfirm={() => reapply.mutate(undefined)}
      >
        A rollout of the current release for {plural(drift.data?.current.drifted ?? 0, "drifted agent")}{" "}
        alone. What was changed on the hosts is overwritten.
      </Confirm>
    </Page>
  );
}

function Standing({ drift, fleetId }: { drift: FleetDrift; fleetId: string }) {
  const { desired, current, order } = drift;
  const release = desired.releaseNumber === null ? "none yet" : `release ${desired.releaseNumber}`;
  return (
    <Panel title="Desired and current">
      <Facts
        items={[
          ["Should run", `${release}, on ${plural(desired.agents, "agent")}`],
          ["In sync", plural(current.inSync, "agent")],
          [
            "Drifted",
            `${plural(current.drifted, "agent")}: ${current.critical} critical, ${current.major} major, ${current.minor} minor`,
          ],
          ["Behind", `${plural(current.behind, "agent")} that run something else, or nothing yet`],
          ["Silent", `${plural(current.silent, "agent")} that do not show their files`],
          ["About drift", <Policy key="policy" policy={drift.policy} fleetId={fleetId} />],
          ...(order
            ? [
                [
                  "Under way",
                  <Link
                    key="order"
                    className="underline"
                    to="/fleets/$fleetId/rollouts/$rolloutId"
                    params={{ fleetId, rolloutId: order.rolloutId }}
                  >
                    A repair of {plural(order.agents, "agent")}
                  </Link>,
                ] as [string, React.ReactNode],
              ]
            : []),
        ]}
      />
    </Panel>
  );
}

function Policy({ policy, fleetId }: { policy: DriftPolicy; fleetId: string }) {
  return (
    <FleetChoice
      fleetId={fleetId}
      label="What the fleet does about drift"
      value={policy}
      choices={driftPolicies.map((each) => [each, policyTexts[each]])}
      edit={(chosen) => ({ driftPolicy: driftPolicies.find((each) => each === chosen) })}
      said={({ driftPolicy }) => `About drift: ${policyTexts[driftPolicy]}.`}
    />
  );
}

/** Why not all that drifted are listed: a page is full, or the rest is for others to see. */
function leftOut({ items, current, nextCursor }: FleetDrift): string | undefined {
  if (nextCursor !== null) return `The ${items.length} that drifted first.`;
  return items.length < current.drifted ? "Those that you may see." : undefined;
}

function Agents({ drift, fleetId }: { drift: FleetDrift; fleetId: string }) {
  const { items, current } = drift;
  return (
    <Panel flush title="Drifted agents" description={leftOut(drift)}>
      {items.length === 0 && current.drifted > 0 ? (
        <Empty title="None that you may see">
          Your role shows you other agents of this fleet: {plural(current.drifted, "agent")} drifted.
        </Empty>
      ) : items.length === 0 ? (
        <Empty title="Nobody drifted">Every agent that shows its files has those that it was given.</Empty>
      ) : (
        <Table
          label="Drifted agents"
          head={
            <>
              <Th>Agent</Th>
              <Th>Severity</Th>
              <Th>Since</Th>
              <Th>Files</Th>
              <Th>Next</Th>
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
                <Tag tone={severityTones[agent.severity]}>{agent.severity}</Tag>
              </Td>
              <Td>
                <Time at={agent.since} />
              </Td>
              <Td className="min-w-36 font-mono text-sm break-all">
                {agent.files.map(({ name, change }) => `${name} ${change}`).join(", ")}
              </Td>
              <Td className="max-w-md min-w-48">
                {repairTexts[agent.repair.kind]}
                {agent.repair.at ? (
                  <>
                    {" "}
                    <Time at={agent.repair.at} />
                  </>
                ) : null}
                <span className="block text-sm text-soft">{agent.repair.text}</span>
              </Td>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  );
}
