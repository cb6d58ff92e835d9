import type { StreamSide } from "../../domain/streams/streams.ts";
import { liveness } from "../../protocol/custom/agent.ts";
import { readAttachment, writeAttachment } from "../shared/sockets.ts";

/** Kept beside a socket, so that hibernation loses nothing and no frame writes a row. */
export interface Attached {
  side: StreamSide;
  /** Of the present one, against those that another took the place of. */
  sinceMs: number;
  /** Data bytes that came from this side, and when the last one came. */
  bytes: number;
  lastMs: number;
  /** Of these bytes those that the other side gave no credit for. */
  uncredited: number;
  /** Control messages beside credit since then, and since its last data; left out = none. */
  controls?: { sinceMs: number; count: number };
}

/** Without a sign of life for so long a side is gone. The timers of a browser's hidden tab run once a minute. */
const goneAfterMs: Record<StreamSide, number> = {
  agent: liveness.goneAfterSeconds * 1000,
  viewer: 150_000,
};

/** Control messages are counted for so long. */
const controlsWithinMs = 10_000;

/** The sockets of both sides, as the platform keeps them. */
export class Sides {
  readonly #ctx: DurableObjectState;
  /** Of sockets that are gone: their bytes count on. */
  readonly #before: Record<StreamSide, number> = { agent: 0, viewer: 0 };

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
  }

  accept(socket: WebSocket, side: StreamSide, nowMs: number, bytes: number): void {
    this.#ctx.acceptWebSocket(socket, [side]);
    writeAttachment<Attached>(socket, { side, sinceMs: nowMs, bytes, lastMs: nowMs, uncredited: 0 });
  }

  /** null = nobody is there. */
  of(side: StreamSide): WebSocket | null {
    const open = this.#ctx
      .getWebSockets(side)
      .filter((socket) => socket.readyState === WebSocket.READY_STATE_OPEN && this.attached(socket));
    return open.at(-1) ?? null;
  }

  attached(socket: WebSocket): Attached | null {
    return readAttachment<Attached>(socket);
  }

  /** From here on its events mean nothing; answers what it was. */
  detach(socket: WebSocket): Attached | null {
    const attached = this.attached(socket);
    if (!attached) return null;
    this.#before[attached.side] = attached.bytes;
    socket.serializeAttachment(null);
    return attached;
  }

  /** Answers how many of its bytes have no credit yet. */
  took(socket: WebSocket, attached: Attached, bytes: number, nowMs: number): number {
    const uncredited = attached.uncredited + bytes;
    const { controls, ...own } = attached;
    writeAttachment<Attached>(socket, {
      ...own,
      // What it says between its data needs no bound of its own: of data there is as much as there is credit for.
      ...(bytes === 0 && controls && { controls }),
      bytes: attached.bytes + bytes,
      lastMs: nowMs,
      uncredited,
    });
    return uncredited;
  }

  /** Credit for bytes that this socket sent. False = there were none to give it for. */
  credited(socket: WebSocket, bytes: number): boolean {
    const attached = this.attached(socket);
    if (!attached || attached.uncredited === 0) return false;
    writeAttachment<Attached>(socket, { ...attached, uncredited: Math.max(0, attached.uncredited - bytes) });
    return true;
  }

  /** Answers how many control messages came from it within a while. */
  controlled(socket: WebSocket, nowMs: number): number {
    const attached = this.attached(socket);
    if (!attached) return 0;
    const { controls } = attached;
    const counted =
      controls && nowMs - controls.sinceMs < controlsWithinMs
        ? { ...controls, count: controls.count + 1 }
        : { sinceMs: nowMs, count: 1 };
    writeAttachment<Attached>(socket, { ...attached, controls: counted });
    return counted.count;
  }

  /** The sides begin anew: what one lacks is sent again. */
  allCredited(socket: WebSocket): void {
    this.credited(socket, Number.POSITIVE_INFINITY);
  }

  bytesOf(side: StreamSide): number {
    const socket = this.of(side);
    return (socket && this.attached(socket)?.bytes) ?? this.#before[side];
  }

  /** When the last byte came from either side; null = no side is there. */
  lastByteMs(): number | null {
    const times = this.#all().map(({ lastMs }) => lastMs);
    return times.length > 0 ? Math.max(...times) : null;
  }

  /** When the first of them counts as gone, though nobody said so; null = no side is there. */
  silentAtMs(): number | null {
    const times = this.#sockets().map((socket) => this.#silentAtMs(socket));
    return times.length > 0 ? Math.min(...times) : null;
  }

  /** Sockets without any sign of life for too long: their other end is gone, though nobody said so. */
  silent(nowMs: number): WebSocket[] {
    return this.#sockets().filter((socket) => this.#silentAtMs(socket) <= nowMs);
  }

  #silentAtMs(socket: WebSocket): number {
    const attached = this.attached(socket);
    if (!attached) return Number.POSITIVE_INFINITY;
    const pongMs = this.#ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? 0;
    return Math.max(pongMs, attached.lastMs, attached.sinceMs) + goneAfterMs[attached.side];
  }

  #sockets(): WebSocket[] {
    return (["agent", "viewer"] as const).flatMap((side) => this.of(side) ?? []);
  }

  #all(): Attached[] {
    return this.#sockets().flatMap((socket) => this.attached(socket) ?? []);
  }
}
