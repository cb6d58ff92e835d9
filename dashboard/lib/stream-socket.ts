import {
  type Channel,
  channels,
  type DataChannel,
  frameOf,
  receivedParameter,
  streamSubprotocol,
  ticketSubprotocol,
} from "../../protocol/custom/stream-wire.ts";
import type { ControlMessage } from "../../protocol/custom/streams.ts";
import { readJson } from "./read-json.ts";

const pingEveryMs = 20_000;

interface StreamSocketOptions {
  path: string;
  ticket: string;
  /** Data bytes that a viewer who comes back has already. */
  received?: number;
  onData: (channel: DataChannel, data: Uint8Array) => void;
  onControl: (message: ControlMessage) => void;
  /** With the close code. Not after `close`. */
  onClose: (code: number) => void;
}

export interface StreamSocket {
  /** Nothing is sent while the connection is not open. */
  send(channel: DataChannel, data: Uint8Array): void;
  tell(message: ControlMessage): void;
  close(): void;
}

/** One connection of a viewer to a stream. */
export function openStreamSocket(options: StreamSocketOptions): StreamSocket {
  const { path, ticket, received, onData, onControl, onClose } = options;
  const url = new URL(path, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  if (received !== undefined) url.searchParams.set(receivedParameter, String(received));
  const socket = new WebSocket(url, [streamSubprotocol, `${ticketSubprotocol}${ticket}`]);
  socket.binaryType = "arraybuffer";
  let left = false;
  const put = (data: string | Uint8Array<ArrayBuffer>) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(data);
  };
  const ping = setInterval(() => put("ping"), pingEveryMs);
  socket.addEventListener("message", ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (typeof data === "string") return;
    const frame = new Uint8Array(data);
    const body = frame.subarray(1);
    // The stream lets only frames of the contract pass.
    const channel = frame[0] as Channel;
    if (channel !== channels.control) {
      onData(channel, body);
      return;
    }
    const message = readJson(new TextDecoder().decode(body)) as ControlMessage | null;
    if (message !== null) onControl(message);
  });
  socket.addEventListener("close", ({ code }) => {
    clearInterval(ping);
    if (!left) onClose(code);
  });
  return {
    send: (channel, data) => put(frameOf(channel, data)),
    tell: (message) => put(frameOf(channels.control, new TextEncoder().encode(JSON.stringify(message)))),
    close() {
      left = true;
      clearInterval(ping);
      socket.close(1000);
    },
  };
}
