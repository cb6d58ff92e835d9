import type { StreamEndReason, StreamSide } from "../../domain/streams/streams.ts";
import {
  channelOf,
  controlFrame,
  readFrame,
  type StreamFrame,
  StreamFrameError,
} from "../../protocol/custom/stream-frames.ts";
import {
  type ControlMessage,
  channels,
  type ExitMessage,
  maxFrameBytes,
  streamCloseCodes,
  windowBytes,
} from "../../protocol/custom/streams.ts";
import type { StreamPrincipal } from "../../protocol/rpc/streams.ts";
import { closeQuietly, sendQuietly } from "../shared/sockets.ts";
import { dueOf } from "./dues.ts";
import type { Recording } from "./recording.ts";
import type { Sides } from "./sides.ts";
import type { StreamRecord, StreamStore } from "./store.ts";

/** What may come from a side. */
const mayFrom = {
  agent: [channels.stdout, channels.stderr, channels.control],
  viewer: [channels.stdin, channels.control],
} as const;
const controlsFrom: Record<StreamSide, readonly ControlMessage["type"][]> = {
  agent: ["ready", "credit", "dropped", "error", "exit"],
  viewer: ["credit", "resize", "signal", "eof"],
};
const maxControlBytes = 8 * 1024;
/** Within ten seconds, beside credit, without data between them. */
const mostControls = 500;
/** A side that came back may send once more what the other one had not credited, while the first is on its way still. */
const mostUncredited = 2 * windowBytes + maxFrameBytes;

export interface SessionParts {
  store: StreamStore;
  sides: Sides;
  recording: Recording;
  transaction: (work: () => void) => void;
  /** Something was written down that waits to be told. */
  onTold: () => void;
}

/** What happens on a stream: both sides come, frames pass, a side goes, a limit is reached. */
export class StreamSession {
  readonly #parts: SessionParts;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  join(socket: WebSocket, { side, received }: StreamPrincipal, nowMs: number): void {
    const { store, sides, recording } = this.#parts;
    const record = this.#present();
    const before = sides.of(side);
    const bytes = this.#bytesOf(side);
    if (before) {
      sides.detach(before);
      closeQuietly(before, streamCloseCodes.replaced, "Another viewer took this one's place");
    }
    sides.accept(socket, side, nowMs, bytes);
    const agent = sides.of("agent");
    const viewer = sides.of("viewer");
    if (!agent || !viewer) return;
    sides.allCredited(agent);
    sides.allCredited(viewer);
    const resumed = record.startedAtMs !== null;
    if (!resumed && record.facts.terms.record) recording.begin(record.facts);
    store.save({ ...record, startedAtMs: record.startedAtMs ?? nowMs, viewerLostAtMs: null, exit: null });
    sendQuietly(agent, controlFrame({ type: "ready", resumed, received: resumed ? received : 0 }));
    if (!resumed) sendQuietly(viewer, controlFrame({ type: "ready", resumed, received: 0 }));
  }

  receive(socket: WebSocket, frame: Uint8Array, nowMs: number): void {
    const { store, sides } = this.#parts;
    const attached = sides.attached(socket);
    const { record } = store;
    if (!attached || !record || record.end) return;
    try {
      const channel = channelOf(frame);
      if (!mayFrom[attached.side].some((one) => one === channel)) {
        throw new StreamFrameError(`Nothing comes from the ${attached.side} on channel ${channel}`);
      }
      const isData = channel !== channels.control;
      if (isData && sides.took(socket, attached, frame.byteLength - 1, nowMs) > mostUncredited) {
        this.#drop(socket, 1008, "More was sent than there was credit for", nowMs);
        return;
      }
      // Data passes as it is, unless it is recorded.
      const read = isData && !record.facts.terms.record ? null : readFrame(frame);
      if (read?.channel === channels.control) {
        const isAnswer = this.#checkControl(attached.side, read.message, frame);
        if (!isAnswer && sides.controlled(socket, nowMs) > mostControls) {
          this.#drop(socket, 1008, "More was said than anybody can follow", nowMs);
          return;
        }
      }
      if (read) this.#record(record, read, nowMs);
      if (read?.channel === channels.control && read.message.type === "exit")
        this.#exited(read.message, nowMs);
      else this.#pass(attached.side, frame);
    } catch (error) {
      if (!(error instanceof StreamFrameError)) throw error;
      this.#drop(socket, 1007, error.message, nowMs);
    }
  }

  /** A side's connection is over. The agent's ends the stream; a viewer whose connection broke may come back. */
  gone(socket: WebSocket, code: number, nowMs: number): void {
    const { store, sides } = this.#parts;
    const attached = sides.detach(socket);
    const { record } = store;
    if (!attached || !record || record.end) return;
    if (attached.side === "agent") this.finish("agent_gone", nowMs);
    else if (code === 1000) this.finish("closed", nowMs);
    else store.save({ ...record, viewerLostAtMs: nowMs, viewerBytes: attached.bytes });
  }

  /** Answers true when the stream is to be forgotten. */
  onLimit(nowMs: number): boolean {
    const { store, sides } = this.#parts;
    const due = dueOf(store.record, sides.lastByteMs());
    if (!due || due.atMs > nowMs) return false;
    if (due.reason === "forget") return true;
    this.finish(due.reason, nowMs);
    return false;
  }

  /** Has the metadata store asked whether who opened it may still do so. */
  askRight(nowMs: number): void {
    const { store, transaction, onTold } = this.#parts;
    const record = this.#present();
    const { organizationId, fleetId, streamId, agentId, kind: streamKind, actor } = record.facts;
    if (actor === undefined || !store.live) return;
    transaction(() => {
      store.save({ ...record, rightAskedAtMs: nowMs });
      const scope = { organizationId, fleetId };
      const key = `${streamId}/${nowMs}`;
      store.tell({ kind: "stream_right", key, scope, streamId, agentId, streamKind, actor });
    });
    onTold();
  }

  /** What the agent said of the program's end, if it did, wins over the reason. */
  finish(reason: StreamEndReason, nowMs: number): void {
    const record = this.#present();
    if (!record.end)
      this.#end(record, record.exit ?? { type: "exit", code: null, signal: null, reason }, nowMs);
  }

  #drop(socket: WebSocket, code: number, reason: string, nowMs: number): void {
    closeQuietly(socket, code, reason);
    this.gone(socket, code, nowMs);
  }

  /** True when it is credit for what the other side sent: of that there is no more than of data. @throws StreamFrameError */
  #checkControl(from: StreamSide, message: ControlMessage, frame: Uint8Array): boolean {
    if (!controlsFrom[from].includes(message.type)) {
      throw new StreamFrameError(`No ${message.type} comes from the ${from}`);
    }
    if (frame.byteLength > maxControlBytes) {
      throw new StreamFrameError(`A control frame has at most ${maxControlBytes} bytes`);
    }
    if (message.type !== "credit") return false;
    const other = this.#parts.sides.of(from === "agent" ? "viewer" : "agent");
    return other !== null && this.#parts.sides.credited(other, message.bytes);
  }

  #bytesOf(side: StreamSide): number {
    const { sides, store } = this.#parts;
    const lost = side === "viewer" ? (store.record?.viewerBytes ?? 0) : 0;
    return Math.max(sides.bytesOf(side), lost);
  }

  #record({ facts, startedAtMs }: StreamRecord, frame: StreamFrame, nowMs: number): void {
    if (!facts.terms.record || startedAtMs === null) return;
    const { recording } = this.#parts;
    if (frame.channel === channels.stdout) recording.output("stdout", frame.data, startedAtMs, nowMs);
    else if (frame.channel === channels.stderr) recording.output("stderr", frame.data, startedAtMs, nowMs);
    else if (frame.channel === channels.control && frame.message.type === "resize") {
      recording.resize(frame.message, startedAtMs, nowMs);
    }
  }

  #pass(from: StreamSide, frame: Uint8Array): void {
    const other = this.#parts.sides.of(from === "agent" ? "viewer" : "agent");
    // To nobody: the agent sends again what a viewer who comes back has not got.
    if (other) sendQuietly(other, frame);
  }

  #exited(exit: ExitMessage, nowMs: number): void {
    const { store, sides } = this.#parts;
    const record = this.#present();
    if (sides.of("viewer") || exit.reason !== "exited") this.#end(record, exit, nowMs);
    else store.save({ ...record, exit });
  }

  #end(record: StreamRecord, exit: ExitMessage, nowMs: number): void {
    const { store, sides, recording, transaction, onTold } = this.#parts;
    const { organizationId, fleetId, streamId, agentId, kind: streamKind } = record.facts;
    transaction(() => {
      recording.flush();
      const end = {
        reason: exit.reason,
        code: exit.code,
        signal: exit.signal,
        startedAtMs: record.startedAtMs,
        endedAtMs: nowMs,
        bytesIn: this.#bytesOf("viewer"),
        bytesOut: this.#bytesOf("agent"),
        recordedBytes: recording.bytes,
        ...(record.openings && record.openings.length > 0 && { openings: record.openings }),
      };
      store.save({ ...record, end });
      const scope = { organizationId, fleetId };
      store.tell({ kind: "stream", key: streamId, scope, streamId, agentId, streamKind, end });
    });
    for (const side of ["viewer", "agent"] as const) {
      const socket = sides.of(side);
      if (!socket) continue;
      sides.detach(socket);
      sendQuietly(socket, controlFrame(exit));
      closeQuietly(socket, streamCloseCodes.ended, exit.reason);
    }
    onTold();
  }

  #present(): StreamRecord {
    return this.#parts.store.record ?? missing();
  }
}

function missing(): never {
  throw new Error("The stream has not been opened");
}
