/** Messages that one agent may send at once. */
export const messageBurst = 200;
/** And so many a second from then on. */
export const messagesPerSecond = 10;
/** It is heard again once so many are free, so that a flood is not answered at each gap. */
const heardAgainAt = messageBurst / 4;
/** Instance uids on one connection that are told apart; what comes under further ones shares one allowance. */
const uidsPerSocket = 64;
const pollersKept = 10_000;

interface Allowance {
  left: number;
  atMs: number;
  /** It was told to wait, and has not been heard since. */
  muted: boolean;
}

export type Hearing =
  | { kind: "heard" }
  /** The first message too many: it is told when to come back. */
  | { kind: "told"; retryAfterMs: number }
  | { kind: "ignored" };

/** An allowance of messages per agent, in memory alone: losing it forgives. */
export class MessageRate {
  readonly #bySocket = new WeakMap<WebSocket, Map<string, Allowance>>();
  readonly #pollers = new Map<string, Allowance>();

  /** Takes one message of `uid` into account. `socket` null = it polls. */
  hear(socket: WebSocket | null, uid: string, nowMs: number): Hearing {
    const allowance = this.#allowance(socket, uid, nowMs);
    allowance.left = leftAt(allowance, nowMs);
    allowance.atMs = nowMs;
    if (allowance.muted && allowance.left < heardAgainAt) return { kind: "ignored" };
    allowance.muted = allowance.left < 1;
    if (allowance.muted) {
      return { kind: "told", retryAfterMs: ((heardAgainAt - allowance.left) * 1000) / messagesPerSecond };
    }
    allowance.left--;
    return { kind: "heard" };
  }

  #allowance(socket: WebSocket | null, uid: string, nowMs: number): Allowance {
    const all = socket ? this.#onSocket(socket) : this.#pollers;
    if (!socket && all.size >= pollersKept) forgetRested(all, nowMs);
    const full = all.size >= (socket ? uidsPerSocket : pollersKept);
    const key = all.has(uid) || !full ? uid : "";
    const known = all.get(key);
    if (known) return known;
    const fresh: Allowance = { left: messageBurst, atMs: nowMs, muted: false };
    all.set(key, fresh);
    return fresh;
  }

  #onSocket(socket: WebSocket): Map<string, Allowance> {
    const known = this.#bySocket.get(socket) ?? new Map<string, Allowance>();
    this.#bySocket.set(socket, known);
    return known;
  }
}

function leftAt({ left, atMs }: Allowance, nowMs: number): number {
  return Math.min(messageBurst, left + (Math.max(0, nowMs - atMs) * messagesPerSecond) / 1000);
}

function forgetRested(all: Map<string, Allowance>, nowMs: number): void {
  for (const [uid, allowance] of all) if (leftAt(allowance, nowMs) === messageBurst) all.delete(uid);
}
