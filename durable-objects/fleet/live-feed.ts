import type { AgentId, EventId } from "../../domain/ids.ts";
import type { Agent } from "../../protocol/api/agents.ts";
import type { FleetEvent } from "../../protocol/api/events.ts";
import type { LiveMessage } from "../../protocol/live/messages.ts";
import type { ViewerPrincipal } from "../../protocol/rpc/fleet.ts";
import { closeQuietly, readAttachment, sendQuietly, writeAttachment } from "../shared/sockets.ts";
import type { Committed } from "./commits.ts";
import type { EventLog } from "./events.ts";

export const viewerTag = "viewer";
/** Agents that change within so long share a frame. */
const coalesceMs = 100;
const agentsPerFrame = 100;
/** Events sent to one that resumes; a longer gap is answered as truncated. */
const catchUpEvents = 2_000;

interface ViewerAttachment {
  principal: ViewerPrincipal;
}

/** What dashboards and CLIs follow. Viewers' sockets hibernate like agents' do. */
export class LiveFeed {
  readonly #viewers: () => WebSocket[];
  readonly #events: EventLog;
  readonly #view: (agentId: AgentId) => Agent | null;
  readonly #changed = new Set<AgentId>();
  #flushing = false;
  #flushedMs = 0;

  constructor(viewers: () => WebSocket[], events: EventLog, view: (agentId: AgentId) => Agent | null) {
    this.#viewers = viewers;
    this.#events = events;
    this.#view = view;
  }

  /** Greets, and sends what happened after `after`; no event can come between, since nothing here waits. */
  accept(socket: WebSocket, principal: ViewerPrincipal, after: EventId | null): void {
    writeAttachment<ViewerAttachment>(socket, { principal });
    const missed = after ? this.#events.page({ after, limit: catchUpEvents }) : null;
    const truncated = missed !== null && (missed.truncated || missed.nextCursor !== null);
    send(socket, {
      type: "hello",
      last: this.#events.lastId,
      resumedFrom: truncated ? null : after,
      truncated,
    });
    if (!truncated) for (const event of missed?.items ?? []) send(socket, { type: "event", event });
  }

  publish(change: Committed): void {
    if (change.events.length === 0 && change.agents.size === 0 && change.rollouts.size === 0) return;
    const viewers = this.#current(change.nowMs);
    if (viewers.length === 0) return;
    for (const event of change.events) broadcast(viewers, eventMessage(event));
    for (const rollout of change.rollouts.values()) broadcast(viewers, { type: "rollout", rollout });
    for (const id of change.agents) this.#changed.add(id);
    this.#flushSoon(change.nowMs);
  }

  #flushSoon(nowMs: number): void {
    if (this.#changed.size === 0 || this.#flushing) return;
    if (nowMs - this.#flushedMs >= coalesceMs) {
      this.#flush(nowMs);
      return;
    }
    this.#flushing = true;
    setTimeout(() => {
      this.#flushing = false;
      this.#flush(Date.now());
    }, coalesceMs);
  }

  #flush(nowMs: number): void {
    this.#flushedMs = nowMs;
    const agents = [...this.#changed].flatMap((id) => this.#view(id) ?? []);
    this.#changed.clear();
    const viewers = this.#current(nowMs);
    for (let start = 0; start < agents.length; start += agentsPerFrame) {
      broadcast(viewers, { type: "agents", agents: agents.slice(start, start + agentsPerFrame) });
    }
  }

  /** Viewers whose sign-in still holds; the others are sent away. */
  #current(nowMs: number): WebSocket[] {
    return this.#viewers().filter((socket) => {
      const expiresAtMs = readAttachment<ViewerAttachment>(socket)?.principal.expiresAtMs ?? null;
      if (expiresAtMs === null || expiresAtMs > nowMs) return true;
      closeQuietly(socket, 4401, "The sign-in has expired: sign in again");
      return false;
    });
  }
}

const eventMessage = (event: FleetEvent): LiveMessage => ({ type: "event", event });

function send(socket: WebSocket, message: LiveMessage): void {
  sendQuietly(socket, JSON.stringify(message));
}

function broadcast(viewers: readonly WebSocket[], message: LiveMessage): void {
  const text = JSON.stringify(message);
  for (const viewer of viewers) sendQuietly(viewer, text);
}
