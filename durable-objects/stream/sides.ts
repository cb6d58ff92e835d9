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
}

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
    writeAttachment<Attached>(socket, { side, sinceMs: nowMs, bytes, lastMs: nowMs });
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

  took(socket: WebSocket, attached: Attached, bytes: number, nowMs: number): void {
    writeAttachment<Attached>(socket, { ...attached, bytes: attached.bytes + bytes, lastMs: nowMs });
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

  /** Sockets without any sign of life for too long: their other end is gone, though nobody said so. */
  silent(nowMs: number): WebSocket[] {
    return (["agent", "viewer"] as const).flatMap((side) => {
      const socket = this.of(side);
      const attached = socket && this.attached(socket);
      if (!socket || !attached) return [];
      const pongMs = this.#ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? 0;
      const lastMs = Math.max(pongMs, attached.lastMs, attached.sinceMs);
      return lastMs + liveness.goneAfterSeconds * 1000 <= nowMs ? [socket] : [];
    });
  }

  #all(): Attached[] {
    return (["agent", "viewer"] as const).flatMap((side) => {
      const socket = this.of(side);
      return (socket && this.attached(socket)) ?? [];
    });
  }
}
