import { type Outcome, refuse, refused } from "../../domain/errors.ts";
import type { AgentId, StreamId } from "../../domain/ids.ts";
import {
  joinSeconds,
  logStreamsPerAgent,
  logStreamsPerFleet,
  type StreamKind,
  streamsPerAgent,
  streamsPerFleet,
} from "../../domain/streams/streams.ts";
import { execCapability, logsCapability, streamsCapability } from "../../protocol/custom/agent.ts";
import { streamPath } from "../../protocol/custom/streams.ts";
import type { FleetScope } from "../../protocol/rpc/fleet.ts";
import type { StreamOrder, StreamTicket } from "../../protocol/rpc/streams.ts";
import { streamStub } from "../stubs.ts";
import { answer } from "./answer.ts";
import type { FleetParts } from "./assembly.ts";
import { openFrame, sendCustom } from "./custom-messages.ts";
import type { Session } from "./sessions.ts";
import type { StoredAgent } from "./store.ts";
import { StreamTickets } from "./stream-tickets.ts";

export interface StreamEnv {
  CREDENTIAL_PRIVATE_KEY: string;
  STREAM?: DurableObjectNamespace;
}

/** What an agent must say that it has, and why one may not. */
const needs: Record<StreamKind, { capability: string; without: string }> = {
  exec: {
    capability: execCapability,
    without:
      "does not let anyone run commands: it is off until the host's operator allows it. Write 'exec: {allow: true}' into the agent's settings and restart it",
  },
  logs: {
    capability: logsCapability,
    without: "shows no logs. Write `logs:` into the agent's settings and restart it",
  },
};

/** Opens a stream: its object is told what it is, the agent is told to dial it, and the viewer gets a ticket. */
export async function openStream(
  parts: FleetParts,
  env: StreamEnv,
  scope: FleetScope,
  agentId: AgentId,
  order: StreamOrder,
): Promise<Outcome<StreamTicket>> {
  const { streamId, kind, terms, title, size, opening, actor } = order;
  const admitted = answer(parts, scope, () => {
    parts.sweep();
    const { agent } = ready(parts, agentId, kind);
    reserve(parts, agent, order);
    return agent;
  });
  if (!admitted.ok) return admitted;
  const openedAtMs = parts.commits.nowMs();
  const { id, name: agentName } = admitted.value;
  const own = { organizationId: scope.organizationId, fleetId: scope.fleetId };
  const what = { streamId, agentId: id, agentName, kind, terms, title, size, openedAtMs, actor };
  const facts = { ...own, ...what, ...(opening !== undefined && { opening }) };
  const opened = await streamStub(env.STREAM, streamId).open(facts);
  if (!opened.ok) return refused(opened.refusal);
  const tickets = new StreamTickets(env.CREDENTIAL_PRIVATE_KEY);
  const [agentTicket, viewerTicket] = await Promise.all([
    tickets.mint(scope, { streamId, agentId, kind, side: "agent" }, openedAtMs),
    tickets.mint(scope, { streamId, agentId, kind, side: "viewer" }, openedAtMs),
  ]);
  return answer(parts, scope, () => {
    // It may have gone in the meantime.
    const { session } = ready(parts, agentId, kind);
    const { ticket } = agentTicket;
    sendCustom(session, openFrame({ streamId, path: streamPath(streamId), ticket, kind, spec: order.spec }));
    return { streamId, ...viewerTicket };
  });
}

/** A ticket of a viewer whose connection broke; the stream's object knows whether it still counts. */
export async function renewViewerTicket(
  parts: FleetParts,
  env: StreamEnv,
  scope: FleetScope,
  agentId: AgentId,
  { streamId, kind }: { streamId: StreamId; kind: StreamKind },
): Promise<Outcome<StreamTicket>> {
  const known = answer(parts, scope, () => null);
  if (!known.ok) return known;
  const tickets = new StreamTickets(env.CREDENTIAL_PRIVATE_KEY);
  const of = { streamId, agentId, kind, side: "viewer" } as const;
  return { ok: true, value: { streamId, ...(await tickets.mint(scope, of, parts.commits.nowMs())) } };
}

export function streamEnded(parts: FleetParts, streamId: StreamId): null {
  parts.commits.commit((tx) => {
    const [row] = tx.sql
      .exec<{ agent_id: string }>("DELETE FROM open_streams WHERE id = ? RETURNING agent_id", streamId)
      .toArray();
    const agent = row && parts.store.agents.get(row.agent_id as AgentId);
    if (!agent) return;
    const summary = `A stream of ${agent.name} ended`;
    tx.event({ type: "stream.ended", agentId: agent.id, summary, data: { streamId } });
  });
  return null;
}

function ready(
  parts: FleetParts,
  agentId: AgentId,
  kind: StreamKind,
): { agent: StoredAgent; session: Session } {
  const agent =
    parts.store.agents.get(agentId) ??
    refuse("not_found", `There is no agent ${agentId} in this fleet: list the fleet's agents`);
  const { name } = agent;
  const session = parts.sessions.of(agentId);
  const { capability, without } = needs[kind];
  if (agent.revokedAt !== null) refuse("conflict", `${name} was revoked: it takes no more orders`);
  if (!session) return refuse("conflict", `${name} is offline: try again once it is connected`);
  if (!session.socket) {
    refuse("conflict", `${name} polls, and so cannot be reached now: connect it by WebSocket`);
  }
  if (!agent.custom?.includes(streamsCapability)) {
    refuse("conflict", `${name} knows no streams: run Muster's own agent there, of the newest version`);
  }
  if (!agent.custom.includes(capability)) refuse("conflict", `${name} ${without}`);
  return { agent, session };
}

/** Counts it from now on, until it has ended, or its time is over whatever became of it. */
function reserve(
  parts: Pick<FleetParts, "commits">,
  agent: Pick<StoredAgent, "id" | "name">,
  { streamId, kind, terms, actor, name }: StreamOrder,
): void {
  parts.commits.commit((tx) => {
    tx.sql.exec("DELETE FROM open_streams WHERE until_ms <= ?", tx.nowMs);
    refuseBeyondCaps(tx.sql, agent, kind);
    tx.sql.exec(
      "INSERT OR REPLACE INTO open_streams (id, agent_id, until_ms, kind) VALUES (?, ?, ?, ?)",
      streamId,
      agent.id,
      tx.nowMs + (joinSeconds + terms.maxSeconds + terms.graceSeconds) * 1000,
      kind,
    );
    const what = kind === "exec" ? "runs a command on" : "looks at logs of";
    tx.event({
      type: "stream.opened",
      agentId: agent.id,
      actor,
      summary: `${name} ${what} ${agent.name}`,
      data: { streamId, kind },
    });
  });
}

function refuseBeyondCaps(sql: SqlStorage, agent: Pick<StoredAgent, "id" | "name">, kind: StreamKind): void {
  const open = sql
    .exec<{ ofAgent: number; ofFleet: number; logsOfAgent: number; logsOfFleet: number }>(
      `SELECT COALESCE(SUM(agent_id = ?1), 0) AS ofAgent, COUNT(*) AS ofFleet,
         COALESCE(SUM(agent_id = ?1 AND kind = 'logs'), 0) AS logsOfAgent,
         COALESCE(SUM(kind = 'logs'), 0) AS logsOfFleet
       FROM open_streams`,
      agent.id,
    )
    .one();
  const full = (who: string, count: number, most: number, what: string) => {
    if (count >= most) refuse("conflict", `${who} has ${count} open ${what}, as many as may be: end one`);
  };
  full(agent.name, open.ofAgent, streamsPerAgent, "terminals and log views");
  full("The fleet", open.ofFleet, streamsPerFleet, "terminals and log views");
  if (kind !== "logs") return;
  const views = "log views (the others are left for commands)";
  full(agent.name, open.logsOfAgent, logStreamsPerAgent, views);
  full("The fleet", open.logsOfFleet, logStreamsPerFleet, views);
}
