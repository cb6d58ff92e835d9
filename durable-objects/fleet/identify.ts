import { type AgentId, type FleetId, makeAgentId } from "../../domain/ids.ts";
import { plural } from "../../domain/plural.ts";
import { quotaRefusalAt } from "../../domain/tenancy/quota-refusal.ts";
import { liveness } from "../../protocol/custom/agent.ts";
import type { AgentPrincipal } from "../../protocol/rpc/fleet.ts";
import type { Session, Sessions } from "./sessions.ts";
import { agentsPerSocket } from "./sessions.ts";
import type { FleetStore, StoredAgent } from "./store.ts";

export type Identity =
  | {
      kind: "agent";
      agent: StoredAgent;
      /** Not known before this message. */
      enrolled: boolean;
      /** It dials with the credential that was offered to it, for the first time. */
      promoted: boolean;
      /** A session of the same agent elsewhere, which this one takes over from. */
      replaces: Session | null;
    }
  /** Another live agent has this uid: it must take a new one. */
  | { kind: "duplicate"; of: StoredAgent }
  /** The other session may be about to end: ask again shortly. */
  | { kind: "wait" }
  | { kind: "refuse"; message: string };

export interface Caller {
  principal: AgentPrincipal;
  uid: string;
  socket: WebSocket | null;
  nowMs: number;
  /** So many random bytes. */
  random(bytes: number): Uint8Array;
  /** The message has been kept back long enough. */
  waited: boolean;
}

const refuse = (message: string): Identity => ({ kind: "refuse", message });

/** Which agent speaks. Reads only; the caller enrols, promotes and replaces. */
export function identify(store: FleetStore, sessions: Sessions, caller: Caller): Identity {
  return caller.principal.kind === "agent"
    ? byCredential(store, sessions, caller, caller.principal)
    : byToken(store, sessions, caller, caller.principal);
}

function byCredential(
  store: FleetStore,
  sessions: Sessions,
  caller: Caller,
  principal: AgentPrincipal & { kind: "agent" },
): Identity {
  const agent = store.agents.get(principal.agentId);
  const problem = credentialProblem(agent, principal.generation);
  if (!agent || problem) return refuse(problem ?? "");
  const promoted = agent.pendingGeneration === principal.generation;
  const current = sessions.of(agent.id);
  const other = current && current.socket !== caller.socket ? current : null;
  if (agent.uid !== caller.uid) {
    const owner = store.byUid(caller.uid);
    if (owner) return { kind: "duplicate", of: owner };
    if (current && !other && caller.socket) {
      return refuse("This credential is one agent's, and it already speaks as another instance here");
    }
    if (other && !promoted && isFresh(sessions, other, caller.nowMs)) {
      return caller.waited
        ? refuse("Another live instance uses this credential: enrol each instance with a token of its own")
        : { kind: "wait" };
    }
    return { kind: "agent", agent, enrolled: false, promoted, replaces: other };
  }
  return settleDuplicate(sessions, caller, agent, promoted, other);
}

function byToken(
  store: FleetStore,
  sessions: Sessions,
  caller: Caller,
  principal: AgentPrincipal & { kind: "enrollment_token" },
): Identity {
  const token = store.token(principal.tokenId);
  if (token.revokedAt !== null) return refuse("The enrolment token was revoked: ask for a new one");
  const known = store.byUid(caller.uid);
  const sameSocket = known !== undefined && sessions.of(known.id)?.socket === caller.socket;
  if (known && known.revokedAt !== null) return refuse("This agent was revoked: enrol it as a new instance");
  if (known && known.credential === "agent") return { kind: "duplicate", of: known };
  if (known && known.tokenId === principal.tokenId) {
    const current = sessions.of(known.id);
    const other = current && !sameSocket ? current : null;
    if (!sameSocket && isFull(sessions, caller.socket)) return refuse(fullSocket);
    return settleDuplicate(sessions, caller, known, false, other);
  }
  if (known) return { kind: "duplicate", of: known };
  if (principal.expiresAtMs !== null && principal.expiresAtMs <= caller.nowMs) {
    return refuse("The enrolment token has expired: ask for a new one");
  }
  if (principal.maxUses !== null && token.uses >= principal.maxUses) {
    return refuse(
      `The enrolment token is used up (${token.uses} of ${plural(principal.maxUses, "agent")}): ask for a new one`,
    );
  }
  if (store.agents.size >= store.agentLimit) {
    const { detail } = quotaRefusalAt("agentsPerFleet", "The plan", store.agentLimit, store.agents.size);
    return refuse(detail);
  }
  if (isFull(sessions, caller.socket)) return refuse(fullSocket);
  const id = freeAgentId(store.agents, principal.fleetId, caller.nowMs, caller.random);
  const agent = newAgent(id, caller, principal);
  return { kind: "agent", agent, enrolled: true, promoted: false, replaces: null };
}

/** 40 random bits alone do not keep the agents of one fleet apart for certain. */
export function freeAgentId(
  taken: ReadonlyMap<AgentId, unknown>,
  fleetId: FleetId,
  nowMs: number,
  random: Caller["random"],
): AgentId {
  let id = makeAgentId(fleetId, nowMs, random(5));
  while (taken.has(id)) id = makeAgentId(fleetId, nowMs, random(5));
  return id;
}

const fullSocket = `One connection carries at most ${agentsPerSocket} agents: open another one`;

function isFull(sessions: Sessions, socket: WebSocket | null): boolean {
  return socket !== null && sessions.on(socket).length >= agentsPerSocket;
}

/** The newcomer takes over a silent session, and must take a new uid when the other one lives. */
function settleDuplicate(
  sessions: Sessions,
  caller: Caller,
  agent: StoredAgent,
  promoted: boolean,
  other: Session | null,
): Identity {
  if (other && !promoted && isFresh(sessions, other, caller.nowMs)) {
    return caller.waited ? { kind: "duplicate", of: agent } : { kind: "wait" };
  }
  return { kind: "agent", agent, enrolled: false, promoted, replaces: other };
}

/** Whether a session showed life lately enough that it is no left-over of a broken connection. */
function isFresh(sessions: Sessions, session: Session, nowMs: number): boolean {
  const intervals = session.own ? liveness.intervalSeconds * 1750 : sessions.heartbeatMs * 1.5;
  return nowMs - sessions.lastSeenMs(session) < intervals;
}

/** null = the credential is good. */
export function credentialProblem(agent: StoredAgent | undefined, generation: number): string | null {
  if (!agent) return "The fleet does not know this agent: enrol it anew";
  if (agent.revokedAt !== null) return "This agent was revoked: enrol it as a new instance";
  if (generation !== agent.generation && generation !== agent.pendingGeneration) {
    return "This credential was replaced by a later one: use that, or enrol anew";
  }
  return null;
}

function newAgent(
  id: AgentId,
  caller: Caller,
  principal: AgentPrincipal & { kind: "enrollment_token" },
): StoredAgent {
  return {
    id,
    uid: caller.uid,
    name: caller.uid,
    type: null,
    version: null,
    labels: { ...principal.labels },
    tokenLabels: principal.labels,
    credential: "enrollment_token",
    tokenId: principal.tokenId,
    generation: 0,
    pendingGeneration: null,
    credentialIssuedAt: null,
    polledAt: null,
    revokedAt: null,
    capabilities: 0,
    enrolledAt: caller.nowMs,
    connectedAt: null,
    disconnectedAt: null,
    transport: null,
    own: false,
    healthy: null,
    healthError: null,
    wantedHash: null,
    wantedReleaseId: null,
    offeredHash: null,
    offeredAt: null,
    offerOpen: false,
    reportedHash: null,
    reportedStatus: null,
    reportedError: null,
    runningHash: "",
    runningReleaseId: null,
    latched: [],
    history: [],
    effectiveHash: null,
    restartPending: false,
    progress: null,
    deliveries: null,
  };
}
