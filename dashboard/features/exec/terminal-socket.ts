import { InFlow, OutFlow } from "../../../domain/streams/flow.ts";
import type { ExecStarted, StreamTicket } from "../../../protocol/api/exec.ts";
import type {
  ControlMessage,
  channels,
  creditEveryBytes,
  ExitMessage,
  streamSubprotocol,
  TerminalSize,
  windowBytes,
} from "../../../protocol/custom/streams.ts";
import { api } from "../../api/client.ts";
import { ApiError, asApiError } from "../../api/problem.ts";

/** Typed by the contract; the schemas themselves stay out of the bundle. */
const subprotocol: typeof streamSubprotocol = "muster.stream.v1";
const stdin: (typeof channels)["stdin"] = 0;
const control: (typeof channels)["control"] = 3;
const creditBytes = 32_768 as typeof creditEveryBytes;
const window = 262_144 as typeof windowBytes;

const pingEveryMs = 20_000;
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
  const out = new OutFlow<typeof stdin>(window);
  const incoming = new InFlow(creditBytes);
  const { streamId } = options.stream;
  let waiting: Uint8Array[] = [];
  let socket: WebSocket | null = null;
  let ready = false;
  let over = false;

  const send = (channel: number, data: Uint8Array) => {
    if (socket?.readyState !== WebSocket.OPEN) return;
    const frame = new Uint8Array(data.byteLength + 1);
    frame[0] = channel;
    frame.set(data, 1);
    socket.send(frame);
  };
  const tell = (message: ControlMessage) => send(control, new TextEncoder().encode(JSON.stringify(message)));

  function flush(): void {
    for (let next = waiting[0]; next && ready && out.room > 0; next = waiting[0]) {
      const piece = next.subarray(0, Math.min(out.room, pieceBytes));
      out.sent(stdin, piece);
      send(stdin, piece);
      waiting =
        next.byteLength > piece.byteLength
          ? [next.subarray(piece.byteLength), ...waiting.slice(1)]
          : waiting.slice(1);
    }
  }

  function hear(message: ControlMessage): void {
    if (message.type === "ready") {
      if (message.resumed)
        for (const { channel, data } of out.resume(message.received).pieces) send(channel, data);
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
    const url = new URL(path, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    if (again) url.searchParams.set("received", String(incoming.told()));
    const current = new WebSocket(url, [subprotocol, `bearer.${ticket}`]);
    current.binaryType = "arraybuffer";
    socket = current;
    const ping = setInterval(() => {
      if (current.readyState === WebSocket.OPEN) current.send("ping");
    }, pingEveryMs);
    current.addEventListener("message", ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data === "string") return;
      const frame = new Uint8Array(data);
      const body = frame.subarray(1);
      if (frame[0] === control) {
        // What the server sends; it keeps to the contract.
        hear(JSON.parse(new TextDecoder().decode(body)) as ControlMessage);
        return;
      }
      // It was on its way when this viewer came back: the agent sends it again.
      if (!ready) return;
      options.onOutput(body);
      const credit = incoming.took(body.byteLength);
      if (credit > 0) tell({ type: "credit", bytes: credit });
    });
    current.addEventListener("close", ({ code }) => {
      clearInterval(ping);
      if (over) return;
      if (code === 4001) {
        over = true;
        options.onFailed(new Error("The session goes on in another window."));
        return;
      }
      ready = false;
      options.onLost();
      void comeBack(Date.now() + comeBackMs, firstPauseMs);
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
    resize: (size) => tell({ type: "resize", ...size }),
    leave() {
      over = true;
      socket?.close(1000);
    },
  };
}
