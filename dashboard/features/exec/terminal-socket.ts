import { InFlow, OutFlow } from "../../../domain/streams/flow.ts";
import type { ExecStarted, StreamTicket } from "../../../protocol/api/exec.ts";
import {
  channels,
  creditEveryBytes,
  streamCloseCodes,
  windowBytes,
} from "../../../protocol/custom/stream-wire.ts";
import type { ControlMessage, ExitMessage, TerminalSize } from "../../../protocol/custom/streams.ts";
import { api } from "../../api/client.ts";
import { ApiError, asApiError } from "../../api/problem.ts";
import { openStreamSocket, type StreamSocket } from "../../lib/stream-socket.ts";

const pieceBytes = 32_768;
/** As long as a session waits for its viewer. */
const comeBackMs = 30_000;
const firstPauseMs = 250;

export interface TerminalSocketOptions {
  stream: NonNullable<ExecStarted["stream"]>;
  onOutput: (data: Uint8Array) => void;
  onReady: () => void;
  onLost: () => void;
  /** What the host's agent said when it refused. */
  onRefused: (words: string) => void;
  onEnd: (exit: Pick<ExitMessage, "code" | "signal" | "reason">) => void;
  onFailed: (error: Error) => void;
}

export interface TerminalSocket {
  input(text: string): void;
  resize(size: TerminalSize): void;
  /** For good: what runs is ended. */
  leave(): void;
}

/** A viewer of one session, which comes back when its connection breaks. */
export function openTerminalSocket(options: TerminalSocketOptions): TerminalSocket {
  const out = new OutFlow<typeof channels.stdin>(windowBytes);
  const incoming = new InFlow(creditEveryBytes);
  const { streamId } = options.stream;
  let waiting: Uint8Array[] = [];
  let socket: StreamSocket | null = null;
  let ready = false;
  let over = false;

  function flush(): void {
    for (let next = waiting[0]; next && ready && out.room > 0; next = waiting[0]) {
      const piece = next.subarray(0, Math.min(out.room, pieceBytes));
      out.sent(channels.stdin, piece);
      socket?.send(channels.stdin, piece);
      waiting =
        next.byteLength > piece.byteLength
          ? [next.subarray(piece.byteLength), ...waiting.slice(1)]
          : waiting.slice(1);
    }
  }

  function hear(message: ControlMessage): void {
    if (message.type === "ready") {
      if (message.resumed)
        for (const { channel, data } of out.resume(message.received).pieces) socket?.send(channel, data);
      ready = true;
      options.onReady();
      flush();
    } else if (message.type === "credit") {
      out.credit(message.bytes);
      flush();
    } else if (message.type === "error") options.onRefused(message.message);
    else if (message.type === "exit") {
      over = true;
      options.onEnd(message);
    }
  }

  function open({ path, ticket }: StreamTicket, again: boolean): void {
    socket = openStreamSocket({
      path,
      ticket,
      ...(again && { received: incoming.told() }),
      onControl: hear,
      onData(_, data) {
        // It was on its way when this viewer came back: the agent sends it again.
        if (!ready) return;
        options.onOutput(data);
        const credit = incoming.took(data.byteLength);
        if (credit > 0) socket?.tell({ type: "credit", bytes: credit });
      },
      onClose(code) {
        if (over) return;
        if (code === streamCloseCodes.replaced) {
          over = true;
          options.onFailed(new Error("The session goes on in another window."));
          return;
        }
        ready = false;
        options.onLost();
        void comeBack(Date.now() + comeBackMs, firstPauseMs);
      },
    });
  }

  async function comeBack(deadline: number, pauseMs: number): Promise<void> {
    try {
      const ticket = await api.call("POST /v1/streams/{stream}/tickets", { path: { stream: streamId } });
      if (!over) open(ticket, true);
    } catch (error) {
      const mayPass = !(error instanceof ApiError) || error.retryable;
      if (over || !mayPass || Date.now() > deadline) {
        over = true;
        options.onFailed(asApiError(error));
        return;
      }
      setTimeout(() => void comeBack(deadline, Math.min(pauseMs * 2, 2_000)), pauseMs);
    }
  }

  open(options.stream, false);
  return {
    input(text) {
      waiting.push(new TextEncoder().encode(text));
      flush();
    },
    resize: (size) => socket?.tell({ type: "resize", ...size }),
    leave() {
      over = true;
      socket?.close();
    },
  };
}
