import type { AgentConfigState, AgentStatus } from "../../domain/fleets/agent-state.ts";
import type { Drift } from "../../domain/fleets/drift.ts";
import type { Agent, AgentDetail } from "../../protocol/api/agents.ts";
import { capabilityNames } from "../../protocol/opamp/capabilities.ts";
import type { FleetScope } from "../../protocol/rpc/fleet.ts";
import { reportedLabels, type Said } from "./describe.ts";
import type { DriftKeeper } from "./drift-keeper.ts";
import type { PackageReport } from "./package-status.ts";
import type { AgentRecord, RolloutPart } from "./parts.ts";
import type { FleetStore, StoredAgent } from "./store.ts";

export function statusOf(agent: AgentRecord): AgentStatus {
  if (agent.revokedAt !== null) return "revoked";
  return agent.connectedAt === null ? "offline" : "online";
}

export function configStateOf(agent: AgentRecord): AgentConfigState {
  const wanted = agent.wantedHash;
  if (wanted === null) return "none";
  if (agent.latched.some((latch) => latch.hash === wanted)) return "failed";
  if (agent.reportedHash === wanted && agent.reportedStatus !== null) {
    return agent.reportedStatus === "applied" ? "in_sync" : agent.reportedStatus;
  }
  return agent.offeredHash === wanted && agent.connectedAt !== null ? "offered" : "pending";
}

export const driftView = ({ since, severity, files }: Drift): NonNullable<Agent["drift"]> => ({
  since: new Date(since).toISOString(),
  severity,
  files,
});

const time = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

function goneView({ decommissioned, revokedAt }: AgentRecord): Pick<Agent, "decommissioned"> {
  if (!decommissioned || revokedAt === null) return {};
  return { decommissioned: { ...decommissioned, at: new Date(revokedAt).toISOString() } };
}

/** `lastSeenMs`: of a live session; null = not here. */
export function agentView(agent: StoredAgent, scope: FleetScope, lastSeenMs: number | null): Agent {
  const wanted = agent.wantedHash;
  const latch = agent.latched.find(({ hash }) => hash === wanted);
  return {
    id: agent.id,
    fleetId: scope.fleetId,
    instanceUid: agent.uid,
    name: agent.name,
    type: agent.type,
    version: agent.version,
    labels: agent.labels,
    status: statusOf(agent),
    healthy: agent.healthy,
    healthError: agent.healthError,
    transport: agent.transport,
    credential: agent.credential,
    capabilities: capabilityNames(agent.capabilities),
    config: {
      state: configStateOf(agent),
      wantedHash: wanted,
      reportedHash: agent.reportedHash,
      releaseId: agent.wantedReleaseId,
      error: latch?.error ?? agent.reportedError,
    },
    drift: agent.drift ? driftView(agent.drift) : null,
    ...goneView(agent),
    enrolledAt: new Date(agent.enrolledAt).toISOString(),
    connectedAt: time(agent.connectedAt),
    lastSeenAt: time(lastSeenMs ?? agent.disconnectedAt),
  };
}

export function agentDetailView(
  agent: StoredAgent,
  scope: FleetScope,
  lastSeenMs: number | null,
  { store, rollouts, drift }: { store: FleetStore; rollouts: RolloutPart; drift: DriftKeeper },
): AgentDetail {
  const description = store.report(agent.id, "description");
  const health = store.report(agent.id, "health");
  const packages = store.report(agent.id, "packages");
  // Written by `takeDescription`.
  const said = description === null ? null : (JSON.parse(description) as Said);
  const wanted = agent.wantedHash === null ? null : rollouts.files(agent.wantedHash);
  return {
    decommissioned: null,
    ...agentView(agent, scope, lastSeenMs),
    labelSources: {
      reported: said ? reportedLabels(said) : {},
      token: agent.tokenLabels,
      operator: agent.operator?.labels ?? {},
      name: agent.operator?.name ?? null,
    },
    attributes: said ?? { identifying: {}, nonIdentifying: {} },
    health: health === null ? null : JSON.parse(health),
    effectiveConfig: drift.reported(agent) ?? [],
    wantedConfig: (wanted ?? []).map((file) => ({ ...file, encoding: "utf8" })),
    packages: packages === null ? [] : (JSON.parse(packages) as PackageReport).packages,
    history: agent.history.map((report) => ({ ...report, at: new Date(report.at).toISOString() })),
  };
}
