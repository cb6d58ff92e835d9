import {
  hasCapability,
  reportAvailableComponents,
  reportFullState,
  requestInstanceUid,
  serverCapabilities,
} from "../../protocol/opamp/capabilities.ts";
import {
  type AgentToServer,
  RemoteConfigStatuses,
  ServerErrorResponseType,
} from "../../protocol/opamp/opamp_pb.js";
import { uidFromHex, uidToHex, uuidV7 } from "../../protocol/opamp/uid.ts";
import type { AgentPrincipal } from "../../protocol/rpc/fleet.ts";
import { takeCustomCapabilities, takeDescription, takeEffectiveConfig, takeHealth } from "./agent-claims.ts";
import { decommission } from "./agent-orders.ts";
import { goodbyeReason, isClone, saysGoodbye, tellClone } from "./clones.ts";
import type { FleetTx } from "./commits.ts";
import { type ComponentSets, mustAskComponents, takeComponents } from "./components.ts";
import { takeStatuses } from "./config-status.ts";
import { renewAfterMs } from "./credentials.ts";
import { customCapabilities, takeCustomMessage } from "./custom-messages.ts";
import { type HealthNode, healthTree } from "./describe.ts";
import { type Identity, identify } from "./identify.ts";
import type { LogKeeper } from "./log-keeper.ts";
import { maskReport } from "./mask-report.ts";
import type { MetricCollector } from "./metric-collector.ts";
import type { OfflineWatch } from "./offline-watch.ts";
import type { OpenStreams } from "./open-streams.ts";
import type { OwnTelemetryKeeper } from "./own-telemetry.ts";
import type { DriftPart, MeterPart, RolloutPart } from "./parts.ts";
import { goOffline, goOnline, notePoll } from "./presence.ts";
import type { Restarts } from "./restarts.ts";
import type { FleetSecrets } from "./secrets.ts";
import type { ServerMessage, Session, Sessions } from "./sessions.ts";
import type { FleetStore, StoredAgent } from "./store.ts";

export interface WireParts {
  store: FleetStore;
  components: ComponentSets;
  sessions: Sessions;
  rollouts: RolloutPart;
  meter: MeterPart;
  secrets: FleetSecrets;
  drift: DriftPart;
  restarts: Restarts;
  metrics: MetricCollector;
  logs: LogKeeper;
  streams: OpenStreams;
  ownTelemetry: OwnTelemetryKeeper;
  offline: OfflineWatch;
}

/** One message and where it came from. */
export interface Incoming {
  principal: AgentPrincipal;
  /** null = HTTP. */
  socket: WebSocket | null;
  message: AgentToServer;
  /** It was kept back for another session to end, long enough. */
  waited: boolean;
}

/** What goes back. `message` of one that polls is filled on by offers until it is sent. */
export interface Answer {
  message: ServerMessage;
  /** Closes the socket afterwards, for this reason. */
  refused?: string;
  /** A credential of this agent's pending generation goes with or after the answer. */
  issueTo?: StoredAgent;
  session?: Session;
}

/** A full state is asked for at most so often. */
const askAgainMs = 10_000;
/** An unanswered request counts as lost after so long. */
const askingLostMs = 60_000;

/** Everything one message changes, within the open block. null = try again shortly, as `waited`. */
export function onAgentMessage(tx: FleetTx, parts: WireParts, incoming: Incoming): Answer | null {
  const { message, socket } = incoming;
  maskReport(message, (text) => parts.secrets.mask(text));
  const uidBytes = message.instanceUid;
  const alone = socket && uidBytes.byteLength === 0 ? onlyAgentOn(parts, socket) : null;
  if (alone) {
    alone.lastSeenMs = tx.nowMs;
    return { message: { instanceUid: uidFromHex(alone.uid), capabilities: BigInt(serverCapabilities) } };
  }
  if (uidBytes.byteLength !== 16) {
    return refusal(uidBytes, `instance_uid has ${uidBytes.byteLength} bytes: it must have 16`);
  }
  const uid = uidToHex(uidBytes);
  if ((Number(message.flags) & requestInstanceUid) !== 0) return newUid(tx, uidBytes);
  const identity = identify(parts.store, parts.sessions, {
    principal: incoming.principal,
    uid,
    socket,
    nowMs: tx.nowMs,
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    waited: incoming.waited,
  });
  switch (identity.kind) {
    case "wait":
      return null;
    case "refuse":
      return refusal(uidBytes, identity.message);
    case "duplicate":
      if (isClone(parts.store, identity.of, message)) {
        tellClone(tx, identity.of);
        return newUid(tx, uidBytes);
      }
      tx.event({
        type: "agent.duplicate_uid",
        agentId: identity.of.id,
        summary: `Another instance came with the uid of ${identity.of.name} and was given a new one`,
        data: { uid },
      });
      return newUid(tx, uidBytes);
    case "agent":
      return onKnownAgent(tx, parts, incoming, identity, uid);
  }
}

/** An empty message can only be meant for the one agent that the socket carries. */
function onlyAgentOn(parts: WireParts, socket: WebSocket): Session | null {
  const [session, ...others] = parts.sessions.on(socket);
  return session && others.length === 0 ? session : null;
}

function onKnownAgent(
  tx: FleetTx,
  parts: WireParts,
  incoming: Incoming,
  identity: Identity & { kind: "agent" },
  uid: string,
): Answer {
  const { sessions, store, rollouts } = parts;
  const { message, socket } = incoming;
  const { agent } = identity;
  if (identity.enrolled) enrol(tx, store, agent);
  if (identity.promoted) promote(tx, agent);
  if (agent.uid !== uid) {
    store.changeUid(agent, uid);
    tx.saveAgent(agent);
  }
  const relabelled = takeDescription(tx, store, agent, message);
  if (identity.enrolled) tellEnrolled(tx, agent);
  if (identity.replaces) {
    const { replaces } = identity;
    const endedMs = sessions.endedAtMs(replaces, tx.nowMs);
    sessions.end(replaces);
    if (endedMs < tx.nowMs) goOffline(tx, parts, agent, endedMs);
    tx.after(() => sessions.close(replaces, "Replaced by a newer connection of the same agent"));
  }
  takeCustomCapabilities(tx, agent, message, socket !== null);
  const known = sessions.of(agent.id);
  const session = known ? sessions.change(known) : sessions.open(agent.id, uid, socket, agent.own, tx.nowMs);
  const opened = known === undefined;
  session.uid = uid;
  session.own = agent.own;
  session.lastSeenMs = tx.nowMs;
  const answer: Answer = {
    message: { instanceUid: message.instanceUid, capabilities: BigInt(serverCapabilities) },
    session,
  };
  if (message.customCapabilities) {
    answer.message.customCapabilities = { capabilities: [...customCapabilities] };
  }
  if (socket === null) session.poll = answer.message;

  if (message.agentDisconnect) {
    sessions.end(session);
    goOffline(tx, parts, agent, tx.nowMs);
    return answer;
  }
  // Bits that no capability has yet are not kept, and so must not be compared either.
  const capabilities = Number(message.capabilities & 0xffffffn);
  if (capabilities !== 0 && capabilities !== agent.capabilities) {
    agent.capabilities = capabilities;
    tx.saveAgent(agent);
  }
  if (saysGoodbye(message) && agent.own) {
    const reason = goodbyeReason(message.customMessage?.data);
    decommission(tx, parts, agent, { reason, by: "the agent itself" });
    return answer;
  }
  const lostConfig = opened && !identity.promoted && restartedEmpty(store, agent, message);
  const cameOnline = agent.connectedAt === null;
  if (cameOnline) {
    goOnline(tx, parts, agent, socket ? "websocket" : "http");
    rollouts.assignCurrent(tx, agent);
  } else if (relabelled) {
    rollouts.onLabelsChanged(tx, agent);
  }
  if (socket === null) notePoll(tx, agent);
  takeHealth(tx, parts, agent, message);
  takeEffectiveConfig(tx, store, agent, message);
  takeStatuses(tx, parts, agent, message);
  parts.ownTelemetry.takeStatus(tx, agent, message);
  if (message.customMessage && !parts.metrics.take(tx, agent, message.customMessage)) {
    takeCustomMessage(tx, rollouts, agent, message.customMessage);
  }
  if (opened || message.customCapabilities) {
    parts.metrics.onConnected(tx, agent);
    parts.logs.onConnected(tx, agent);
  }
  if (lostConfig) {
    agent.reportedHash = null;
    agent.reportedStatus = null;
    agent.runningHash = "";
    agent.runningReleaseId = null;
    agent.filesReport = null;
    tx.saveAgent(agent);
  }

  if (message.effectiveConfig || message.remoteConfigStatus || message.packageStatuses || lostConfig) {
    parts.drift.observe(tx, agent, message.effectiveConfig !== undefined);
  }
  if (cameOnline) parts.drift.onOnline(tx, agent);

  // After what it says of itself: one that returns with its answer is not asked again.
  if (cameOnline || identity.replaces) rollouts.onOnline(tx, agent, { renewed: !cameOnline });

  if (agent.restartPending && socket === null) {
    agent.restartPending = false;
    tx.saveAgent(agent);
    answer.message.command = {};
    session.poll = null;
    return answer;
  }
  takeComponents(tx, parts, agent, message);
  const flags =
    (mustAskFullState(store, session, agent, message, tx.nowMs) ? reportFullState : 0) |
    (mustAskComponents(session, agent, tx.nowMs) ? reportAvailableComponents : 0);
  if (flags !== 0) answer.message.flags = BigInt(flags);
  if (mustOffer(tx, session, agent, opened, sessions.heartbeatMs)) tx.offer(agent.id);
  if (opened && issues(tx, incoming.principal, agent)) answer.issueTo = agent;
  // One answer carries one offer of connection settings; over a socket the credential has a frame of its own.
  const telemetry = answer.issueTo && !socket ? null : parts.ownTelemetry.offerDue(tx, agent, opened);
  if (telemetry) Object.assign(answer.message, telemetry);
  return answer;
}

function enrol(tx: FleetTx, store: FleetStore, agent: StoredAgent): void {
  store.add(agent);
  if (agent.tokenId) {
    const token = store.token(agent.tokenId);
    store.writeToken({ ...token, uses: token.uses + 1 });
  }
  tx.saveAgent(agent);
}

function tellEnrolled(tx: FleetTx, agent: StoredAgent): void {
  const name = agent.name === agent.uid ? agent.id : agent.name;
  tx.event({
    type: "agent.enrolled",
    agentId: agent.id,
    summary: `${name} enrolled with token ${agent.tokenId}`,
    data: { name, uid: agent.uid, tokenId: agent.tokenId },
  });
}

/** The agent's own credential is in use: whatever came before is retired. */
function promote(tx: FleetTx, agent: StoredAgent): void {
  agent.generation = agent.pendingGeneration ?? agent.generation;
  agent.pendingGeneration = null;
  agent.credential = "agent";
  tx.saveAgent(agent);
}

/**
 * An agent whose process is another than before and that knows of no config has lost what it was given. The same words
 * from the same process only mean that it has not said yet.
 */
function restartedEmpty(store: FleetStore, agent: StoredAgent, message: AgentToServer): boolean {
  const status = message.remoteConfigStatus;
  if (!status || status.status !== RemoteConfigStatuses.RemoteConfigStatuses_UNSET || !message.health) {
    return false;
  }
  const before = store.report(agent.id, "health");
  if (before === null || status.lastRemoteConfigHash.byteLength > 0) return false;
  const startedBefore = (JSON.parse(before) as HealthNode).startTime;
  const started = healthTree(message.health).startTime;
  return startedBefore !== null && started !== null && started > startedBefore;
}

/** A gap in the numbers, or nothing known at all; one request outstanding, and not too often. */
function mustAskFullState(
  store: FleetStore,
  session: Session,
  agent: StoredAgent,
  message: AgentToServer,
  nowMs: number,
): boolean {
  const number = Number(message.sequenceNum);
  const follows = session.sequence !== null && number === session.sequence + 1;
  session.sequence = number;
  if (message.agentDescription) session.described = true;
  if (isFullState(agent, message)) {
    session.asking = false;
    return false;
  }
  session.described ??= store.report(agent.id, "description") !== null;
  if (follows && (session.described || session.askedMs !== null)) return false;
  if (session.asking && nowMs - (session.askedMs ?? 0) < askingLostMs) return false;
  if (session.askedMs !== null && nowMs - session.askedMs < askAgainMs) return false;
  session.asking = true;
  session.askedMs = nowMs;
  return true;
}

function isFullState(agent: StoredAgent, message: AgentToServer): boolean {
  return (
    message.agentDescription !== undefined &&
    (message.health !== undefined || !hasCapability(agent.capabilities, "ReportsHealth")) &&
    (message.remoteConfigStatus !== undefined || !hasCapability(agent.capabilities, "ReportsRemoteConfig"))
  );
}

/**
 * The wanted config, unless the agent reported on it or has its offer already: over this connection, or, for one that
 * polls, within two polls. What it was offered over an earlier connection may be lost, so it is offered again.
 */
function mustOffer(
  tx: FleetTx,
  session: Session,
  agent: StoredAgent,
  opened: boolean,
  pollMs: number,
): boolean {
  if (agent.wantedHash === null || agent.wantedHash === agent.reportedHash) return false;
  if (agent.offeredHash !== agent.wantedHash || opened) return true;
  return session.socket === null && agent.offeredAt !== null && tx.nowMs - agent.offeredAt > 2 * pollMs;
}

/** Whether to offer a credential of its own: to one that enrols, and to one whose credential is half used up. */
function issues(tx: FleetTx, principal: AgentPrincipal, agent: StoredAgent): boolean {
  if (!hasCapability(agent.capabilities, "AcceptsOpAMPConnectionSettings")) return false;
  const aged = agent.credentialIssuedAt !== null && tx.nowMs - agent.credentialIssuedAt > renewAfterMs;
  if (principal.kind === "agent" && !aged) return false;
  if (agent.pendingGeneration === null || aged) {
    agent.pendingGeneration = agent.generation + 1;
    agent.credentialIssuedAt = tx.nowMs;
    tx.saveAgent(agent);
    tx.event({
      type: "agent.credential_issued",
      agentId: agent.id,
      summary: `Offered ${agent.name} a credential of its own`,
      data: { generation: agent.pendingGeneration },
    });
  }
  return true;
}

function newUid(tx: FleetTx, uid: Uint8Array): Answer {
  const newInstanceUid = uuidV7(tx.nowMs, crypto.getRandomValues(new Uint8Array(10)));
  return {
    message: {
      instanceUid: uid,
      capabilities: BigInt(serverCapabilities),
      agentIdentification: { newInstanceUid },
    },
  };
}

/** `error_response` travels alone with the uid. */
export function refusal(uid: Uint8Array, message: string): Answer {
  return {
    message: {
      instanceUid: uid,
      errorResponse: {
        type: ServerErrorResponseType.ServerErrorResponseType_BadRequest,
        errorMessage: message,
      },
    },
    refused: message,
  };
}
