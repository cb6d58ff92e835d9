import { refuse } from "../../domain/errors.ts";
import type { EnrollmentTokenId } from "../../domain/ids.ts";
import { musterAgentCapability } from "../../protocol/custom/agent.ts";
import { decommissionedReason } from "../../protocol/custom/decommission.ts";
import { hasCapability, serverCapabilities } from "../../protocol/opamp/capabilities.ts";
import { encodeServerFrame } from "../../protocol/opamp/frame.ts";
import { uidFromHex } from "../../protocol/opamp/uid.ts";
import { closeQuietly, sendQuietly } from "../shared/sockets.ts";
import type { Commits, FleetTx } from "./commits.ts";
import { customFrame, sendCustom } from "./custom-messages.ts";
import type { WireParts } from "./on-agent-message.ts";
import type { NewEvent } from "./parts.ts";
import { goOffline, lastProofMs } from "./presence.ts";
import type { Sessions } from "./sessions.ts";
import type { StoredAgent } from "./store.ts";

type Parts = WireParts & { commits: Commits };

/** Ends the agent for good: its credential counts no more and its connection closes. Again changes nothing. */
export function revokeAgent(tx: FleetTx, parts: WireParts, agent: StoredAgent, actor: string): void {
  if (agent.revokedAt !== null) return;
  end(tx, parts, agent, "This agent was revoked", {
    type: "agent.revoked",
    agentId: agent.id,
    actor,
    summary: `${agent.name} was revoked`,
  });
}

function end(tx: FleetTx, parts: WireParts, agent: StoredAgent, text: string, event: NewEvent): void {
  agent.revokedAt = tx.nowMs;
  agent.pendingGeneration = null;
  disconnect(tx, parts, agent, text);
  tx.saveAgent(agent);
  tx.event(event);
  parts.logs.onRevoked(tx, agent);
  parts.streams.onGone(tx, agent.id);
  parts.drift.onGone(tx, agent);
  parts.rollouts.onRevoked(tx, agent);
  parts.restarts.onGone(tx, agent);
}

export interface Goodbye {
  reason: string;
  /** Name of who said so; the agent itself when it did. */
  by: string;
  actor?: string;
  /** Told to our own agent, if it is here; absent = it has said so itself. */
  tell?: { keepRunning: boolean };
}

/** It leaves for good, and its row stays with the reason. Again changes nothing. */
export function decommission(
  tx: FleetTx,
  parts: WireParts,
  agent: StoredAgent,
  { reason, by, actor, tell }: Goodbye,
): void {
  if (agent.revokedAt !== null) return;
  const session = parts.sessions.of(agent.id);
  if (tell && session && agent.own) {
    const frame = customFrame(musterAgentCapability, "decommission", { reason, ...tell });
    tx.after(() => sendCustom(session, frame));
  }
  agent.decommissioned = { reason, by };
  end(tx, parts, agent, `${decommissionedReason}: ${reason}`.slice(0, 100), {
    type: "agent.decommissioned",
    agentId: agent.id,
    ...(actor && { actor }),
    summary: `${agent.name} was decommissioned by ${by}: ${reason}`,
    data: { reason, by },
  });
}

/**
 * Ends the agent's connection and credential and forgets it: whoever dials with that credential gets the answer of a
 * revoked one, and a host that enrols again is a new agent. What it used is stated up to now.
 */
export function deleteAgent(parts: Parts, agent: StoredAgent, actor: string): void {
  parts.commits.commit((tx) => {
    disconnect(tx, parts, agent, "This agent was deleted");
    parts.meter.onDeleted(tx, agent);
    tx.event({
      type: "agent.deleted",
      agentId: agent.id,
      actor,
      summary: `${agent.name} was deleted`,
      data: { name: agent.name, uid: agent.uid },
    });
    parts.metrics.onDeleted(tx, agent);
    parts.logs.onDeleted(tx, agent);
    parts.streams.onGone(tx, agent.id);
    parts.drift.onGone(tx, agent);
    parts.rollouts.onDeleted(tx, agent);
    parts.restarts.onGone(tx, agent);
    tx.deleteAgent(agent);
  });
}

/** Refuses new enrolments with the token, and ends the connections of agents that still rely on it. */
export function revokeToken(parts: Parts, tokenId: EnrollmentTokenId, actor: string): void {
  const token = parts.store.token(tokenId);
  if (token.revokedAt !== null) return;
  parts.commits.commit((tx) => {
    parts.store.writeToken({ ...token, revokedAt: tx.nowMs });
    for (const agent of parts.store.agents.values()) {
      if (agent.tokenId === tokenId && agent.credential === "enrollment_token") {
        disconnect(tx, parts, agent, "The enrolment token was revoked");
      }
    }
    for (const socket of parts.sessions.sockets()) {
      const principal = parts.sessions.principal(socket);
      if (principal?.kind === "enrollment_token" && principal.tokenId === tokenId) {
        tx.after(() => closeQuietly(socket, 1008, "The enrolment token was revoked"));
      }
    }
    tx.event({
      type: "enrollment_token.revoked",
      actor,
      summary: `Enrolment token ${tokenId} was revoked`,
      data: { tokenId, uses: token.uses },
    });
  });
}

export function disconnect(tx: FleetTx, parts: WireParts, agent: StoredAgent, reason: string): void {
  const { sessions, store } = parts;
  const session = sessions.of(agent.id);
  if (!session) {
    goOffline(tx, parts, agent, lastProofMs(agent, store.aliveAtMs));
    return;
  }
  const endedMs = sessions.endedAtMs(session, tx.nowMs);
  sessions.end(session);
  tx.after(() => sessions.close(session, reason));
  goOffline(tx, parts, agent, endedMs);
}

/** Tells the agent to restart: at once over its socket, with the next answer when it polls. */
export function restartAgent(parts: Parts, agent: StoredAgent, actor: string): void {
  const session = parts.sessions.of(agent.id);
  if (agent.revokedAt !== null) refuse("conflict", "The agent was revoked: it takes no more orders");
  if (!session) refuse("conflict", "The agent is offline: restart it once it is connected");
  if (!hasCapability(agent.capabilities, "AcceptsRestartCommand")) {
    refuse("conflict", "The agent does not take restart commands: restart it on its host");
  }
  parts.commits.commit((tx) => {
    tx.event({
      type: "agent.restart_requested",
      agentId: agent.id,
      actor,
      summary: `${agent.name} was told to restart`,
    });
    sendRestart(tx, parts.sessions, agent);
  });
}

/** At once over its socket, with the next answer when it polls. */
export function sendRestart(tx: FleetTx, sessions: Sessions, agent: StoredAgent): void {
  const session = sessions.of(agent.id);
  if (!session) return;
  const { socket } = session;
  if (!socket) {
    agent.restartPending = true;
    tx.saveAgent(agent);
    return;
  }
  tx.after(() =>
    sendQuietly(
      socket,
      encodeServerFrame({
        instanceUid: uidFromHex(agent.uid),
        capabilities: BigInt(serverCapabilities),
        command: {},
      }),
    ),
  );
}
