import type { AgentTransport } from "../../domain/fleets/agent-state.ts";
import type { FleetTx } from "./commits.ts";
import type { OfflineWatch } from "./offline-watch.ts";
import type { MeterPart, RolloutPart } from "./parts.ts";
import type { StoredAgent } from "./store.ts";

interface Parts {
  rollouts: RolloutPart;
  meter: MeterPart;
  offline: OfflineWatch;
}

/** A poll is noted in the agent's row at most so often. */
export const pollProofMs = 10 * 60_000;

/**
 * The latest time for which durable rows show that a connected agent was here: it dialled, polled, was offered a config
 * or answered one. A commit of the object (`aliveAtMs`) proves the same of every socket that it held then, but of
 * nobody who polls.
 */
export function lastProofMs(
  agent: Pick<StoredAgent, "connectedAt" | "polledAt" | "offeredAt" | "history" | "transport">,
  aliveAtMs: number,
): number {
  return Math.max(
    agent.connectedAt ?? 0,
    agent.polledAt ?? 0,
    agent.offeredAt ?? 0,
    agent.history[0]?.at ?? 0,
    agent.transport === "websocket" ? aliveAtMs : 0,
  );
}

/** Notes a poll durably, now and then: a crash must find the time up to which the agent was here. */
export function notePoll(tx: FleetTx, agent: StoredAgent): void {
  if (tx.nowMs - lastProofMs(agent, 0) < pollProofMs) return;
  agent.polledAt = tx.nowMs;
  tx.saveAgent(agent);
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
  parts.offline.onOnline(tx, agent);
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
  parts.offline.onOffline(agent);
  parts.rollouts.onOffline(tx, agent);
}
