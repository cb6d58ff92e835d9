import type { MessageInitShape } from "@bufbuild/protobuf";
import type { AgentId } from "../../domain/ids.ts";
import { liveness } from "../../protocol/custom/agent.ts";
import { limits } from "../../protocol/opamp/limits.ts";
import type { ServerToAgentSchema } from "../../protocol/opamp/opamp_pb.js";
import type { AgentPrincipal } from "../../protocol/rpc/fleet.ts";
import { closeQuietly, readAttachment, writeAttachment } from "../shared/sockets.ts";

export const agentTag = "agent";
/** A gateway's socket may carry so many agents: their places must fit beside a hibernated socket. */
export const agentsPerSocket = 64;

export type ServerMessage = MessageInitShape<typeof ServerToAgentSchema>;

/** One agent that is here now. Only in memory and beside its socket: a heartbeat changes it, and must not write a row. */
export interface Session {
  readonly agentId: AgentId;
  uid: string;
  /** null = it polls over HTTP. */
  readonly socket: WebSocket | null;
  own: boolean;
  sequence: number | null;
  lastSeenMs: number;
  /** It polls, and the object's memory was lost since its last poll: the next one is waited for from then on. */
  resumedMs: number | null;
  /** When ReportFullState was last asked for. */
  askedMs: number | null;
  /** A full state was asked for and has not come. */
  asking: boolean;
  /** When its components were last asked for. */
  componentsAskedMs: number | null;
  /** For one that polls: the answer being written. */
  poll: ServerMessage | null;
  /** Its description is known; null = not looked up yet. */
  described: boolean | null;
}

/** agent, uid, own, sequence, last seen, asked, asking, components asked; the last is missing beside older sockets */
type Place = [AgentId, string, boolean, number | null, number, number | null, boolean, (number | null)?];

interface AgentAttachment {
  principal: AgentPrincipal;
  places: Place[];
}

export class Sessions {
  readonly #byAgent = new Map<AgentId, Session>();
  readonly #bySocket = new Map<WebSocket, { principal: AgentPrincipal; sessions: Map<AgentId, Session> }>();
  readonly #polling = new Set<Session>();
  /** Sequence numbers of agents that left, for as long as the object stays in memory. */
  readonly #lastSequences = new Map<AgentId, number>();
  /** What takes the open block's changes back, in order; null = no block is open. */
  #undo: (() => void)[] | null = null;
  readonly #pongMs: (socket: WebSocket) => number | null;
  /** Between two signs of life of an agent that is not ours. */
  readonly heartbeatMs: number;

  /** So long after its last poll an agent that polls is gone. */
  get patienceMs(): number {
    return limits.missedPolls * this.heartbeatMs;
  }

  /** `pongMs`: when the platform last answered the socket's ping by itself. */
  constructor(pongMs: (socket: WebSocket) => number | null, heartbeatMs: number) {
    this.#pongMs = pongMs;
    this.heartbeatMs = heartbeatMs;
  }

  /** From here on changes belong to a block: `keep` or `undo` them. */
  begin(): void {
    this.#undo = [];
  }

  keep(): void {
    this.#undo = null;
  }

  undo(): void {
    for (const step of this.#undo?.reverse() ?? []) step();
    this.#undo = null;
  }

  /** After hibernation: what the attachments say. */
  restore(sockets: readonly WebSocket[]): void {
    for (const socket of sockets) {
      const attachment = readAttachment<AgentAttachment>(socket);
      if (!attachment) continue;
      const sessions = new Map<AgentId, Session>();
      this.#bySocket.set(socket, { principal: attachment.principal, sessions });
      for (const [agentId, uid, own, sequence, lastSeenMs, askedMs, asking, asked] of attachment.places) {
        const session = {
          agentId,
          uid,
          socket,
          own,
          sequence,
          lastSeenMs,
          resumedMs: null,
          askedMs,
          asking,
          componentsAskedMs: asked ?? null,
          poll: null,
          described: null,
        };
        sessions.set(agentId, session);
        this.#byAgent.set(agentId, session);
      }
    }
  }

  accept(socket: WebSocket, principal: AgentPrincipal): void {
    this.#bySocket.set(socket, { principal, sessions: new Map() });
    this.save(socket);
  }

  /** Puts the socket's agents beside it, so that hibernation keeps them. */
  save(socket: WebSocket): void {
    const held = this.#bySocket.get(socket);
    if (!held) return;
    const places = [...held.sessions.values()].map(
      (s): Place => [
        s.agentId,
        s.uid,
        s.own,
        s.sequence,
        s.lastSeenMs,
        s.askedMs,
        s.asking,
        s.componentsAskedMs,
      ],
    );
    writeAttachment<AgentAttachment>(socket, { principal: held.principal, places });
  }

  principal(socket: WebSocket): AgentPrincipal | null {
    return this.#bySocket.get(socket)?.principal ?? null;
  }

  sockets(): Iterable<WebSocket> {
    return this.#bySocket.keys();
  }

  of(agentId: AgentId): Session | undefined {
    return this.#byAgent.get(agentId);
  }

  on(socket: WebSocket): Session[] {
    return [...(this.#bySocket.get(socket)?.sessions.values() ?? [])];
  }

  all(): Iterable<Session> {
    return this.#byAgent.values();
  }

  open(agentId: AgentId, uid: string, socket: WebSocket | null, own: boolean, nowMs: number): Session {
    const session: Session = {
      agentId,
      uid,
      socket,
      own,
      sequence: this.#lastSequences.get(agentId) ?? null,
      lastSeenMs: nowMs,
      resumedMs: null,
      askedMs: null,
      asking: false,
      componentsAskedMs: null,
      poll: null,
      described: null,
    };
    const before = this.#byAgent.get(agentId);
    this.#put(session);
    this.#undo?.push(() => {
      this.#take(session);
      if (before) this.#byAgent.set(agentId, before);
    });
    return session;
  }

  /** The same session, about to be written to. */
  change(session: Session): Session {
    const before = { ...session };
    this.#undo?.push(() => Object.assign(session, before));
    return session;
  }

  #put(session: Session): void {
    const { agentId, socket } = session;
    this.#byAgent.set(agentId, session);
    if (socket) this.#bySocket.get(socket)?.sessions.set(agentId, session);
    else this.#polling.add(session);
  }

  #take(session: Session): void {
    const { agentId, socket } = session;
    if (this.#byAgent.get(agentId) === session) this.#byAgent.delete(agentId);
    if (socket) this.#bySocket.get(socket)?.sessions.delete(agentId);
    else this.#polling.delete(session);
  }

  /** One that polls and whose session was lost with the object's memory: it gets time to poll again. */
  resumePolling(agentId: AgentId, uid: string, own: boolean, lastProofMs: number, nowMs: number): void {
    const session = this.open(agentId, uid, null, own, lastProofMs);
    session.resumedMs = nowMs;
  }

  hasAny(): boolean {
    return this.#byAgent.size > 0;
  }

  /** Ends one agent's session; its socket may carry others. */
  end(session: Session): void {
    this.#take(session);
    this.#undo?.push(() => this.#put(session));
    // A sequence number that is remembered too soon costs nothing: no undo.
    if (session.sequence !== null) this.#lastSequences.set(session.agentId, session.sequence);
  }

  /** The socket is gone; answers the agents that were still on it. */
  drop(socket: WebSocket): Session[] {
    const sessions = this.on(socket);
    for (const session of sessions) this.end(session);
    const held = this.#bySocket.get(socket);
    if (held) {
      this.#bySocket.delete(socket);
      this.#undo?.push(() => this.#bySocket.set(socket, held));
    }
    return sessions;
  }

  /** Closes the connection of a session that has ended, unless other agents are still on it. */
  close(session: Session, reason: string): void {
    const { socket } = session;
    if (socket && this.on(socket).length === 0) closeQuietly(socket, 1008, reason);
  }

  /** The last proof that the agent is there: a message, or a ping that the platform answered. */
  lastSeenMs(session: Session): number {
    const pong = session.socket && session.own ? this.#pongMs(session.socket) : null;
    return pong === null ? session.lastSeenMs : Math.max(pong, session.lastSeenMs);
  }

  /** Until when the agent was here, of a session that ends now: one that fell silent ended with its last sign of life. */
  endedAtMs(session: Session, nowMs: number): number {
    return this.goneAtMs(session) <= nowMs ? this.lastSeenMs(session) : nowMs;
  }

  /** When the next polling agent will have missed too many polls. */
  nextMissedPollMs(): number | null {
    let next: number | null = null;
    for (const session of this.#polling) {
      const gone = this.goneAtMs(session);
      if (next === null || gone < next) next = gone;
    }
    return next;
  }

  /** When its silence says that it is gone. Foreign WebSocket clients may be silent: only the socket's end tells. */
  goneAtMs(session: Session): number {
    if (session.socket === null) {
      return Math.max(session.lastSeenMs, session.resumedMs ?? 0) + this.patienceMs;
    }
    return session.own
      ? this.lastSeenMs(session) + liveness.goneAfterSeconds * 1000
      : Number.POSITIVE_INFINITY;
  }
}
