import type { AgentTransport } from "../../domain/fleets/agent-state.ts";
import type { FleetTx } from "./commits.ts";
import type { MeterPart, RolloutPart } from "./parts.ts";
import type { StoredAgent } from "./store.ts";

interface Parts {
  rollouts: RolloutPart;
  meter: MeterPart;
}

export function goOnline(tx: FleetTx, parts: Parts, agent: StoredAgent, transport: AgentTransport): void {
  agent.connectedAt = tx.nowMs;
  agent.transport = transport;
  tx.saveAgent(agent);
  parts.meter.onConnected(tx, agent);
  tx.event({
    type: "agent.connected",
    agentId: agent.id,
    summary: `${agent.name} connected over ${transport === "http" ? "HTTP" : "WebSocket"}`,
    data: { transport },
  });
}

/** `endedAtMs`: when it was last known to be there, which may lie before the fleet learned of it. */
export function goOffline(tx: FleetTx, parts: Parts, agent: StoredAgent, endedAtMs: number): void {
  if (agent.connectedAt === null) return;
  const connectedAt = agent.connectedAt;
  const endedAt = Math.max(connectedAt, Math.min(endedAtMs, tx.nowMs));
  agent.connectedAt = null;
  agent.disconnectedAt = endedAt;
  agent.transport = null;
  tx.saveAgent(agent);
  parts.meter.onDisconnected(tx, agent, connectedAt, endedAt);
  tx.event({
    type: "agent.disconnected",
    agentId: agent.id,
    summary: `${agent.name} disconnected`,
    data: {
      connectedAt: new Date(connectedAt).toISOString(),
      endedAt: new Date(endedAt).toISOString(),
    },
  });
  parts.rollouts.onOffline(tx, agent);
}
