import { WebSocket } from "ws";
import { liveness } from "../../protocol/custom/agent.ts";
import { controlFrame, dataFrame, readFrame, StreamFrameError } from "../../protocol/custom/stream-frames.ts";
import {
  type ControlMessage,
  channels,
  type DataChannel,
  maxFrameBytes,
} from "../../protocol/custom/streams.ts";
import type { Log } from "../log.ts";

export interface LinkHandlers {
  /** From the viewer. */
  onData: (channel: DataChannel, data: Uint8Array) => void;
  /** From the viewer, or the stream itself: see `controlMessage`. */
  onControl: (message: ControlMessage) => void;
  /** The stream is over, or was never reached. Called once, and nothing after it. */
  onClose: (reason: string) => void;
}

const handshakeTimeoutMs = 15_000;

/** The agent's side of one stream. It is dialled once: when it breaks the stream is over. */
export class StreamLink {
  private readonly socket: WebSocket;
  private readonly handlers: LinkHandlers;
  private readonly log: Log;
  private pings: NodeJS.Timeout | null = null;
  private unanswered = 0;
  private over = false;

  constructor(url: string, ticket: string, handlers: LinkHandlers, log: Log) {
    this.handlers = handlers;
    this.log = log;
    this.socket = new WebSocket(url, {
      headers: { Authorization: `Bearer ${ticket}` },
      perMessageDeflate: false,
      handshakeTimeout: handshakeTimeoutMs,
      maxPayload: maxFrameBytes,
      followRedirects: false,
    });
    this.socket.on("open", () => {
      this.pings = setInterval(() => this.ping(), liveness.intervalSeconds * 1000);
    });
    this.socket.on("message", (data: Buffer, isBinary: boolean) => this.received(data, isBinary));
    this.socket.on("unexpected-response", (request, response) => {
      request.destroy();
      this.ended(`the stream answered ${response.statusCode}`);
    });
    this.socket.on("error", (error) => this.ended(error.message));
    this.socket.on("close", (code, reason) => this.ended(reason.toString("utf8") || `closed with ${code}`));
  }

  /** At most as many bytes as the viewer gave credit for, and as a frame may have. */
  data(channel: DataChannel, data: Uint8Array): void {
    this.send(dataFrame(channel, data));
  }

  control(message: ControlMessage): void {
    this.send(controlFrame(message));
  }

  /** After what was handed over. */
  close(): void {
    if (this.socket.readyState === WebSocket.CONNECTING) this.socket.terminate();
    else this.socket.close(1000);
  }

  private send(frame: Uint8Array): void {
    if (!this.over && this.socket.readyState === WebSocket.OPEN) this.socket.send(frame);
  }

  private received(data: Buffer, isBinary: boolean): void {
    if (this.over) return;
    this.unanswered = 0;
    if (!isBinary) return;
    try {
      const frame = readFrame(data);
      if (frame.channel === channels.control) this.handlers.onControl(frame.message);
      else this.handlers.onData(frame.channel, frame.data);
    } catch (error) {
      if (!(error instanceof StreamFrameError)) throw error;
      this.log("warn", `a frame of a stream was ignored: ${error.message}`);
    }
  }

  private ping(): void {
    if (this.unanswered >= liveness.missedBeforeRedial) {
      this.socket.terminate();
      return;
    }
    this.unanswered++;
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(liveness.ping);
  }

  private ended(reason: string): void {
    if (this.pings) clearInterval(this.pings);
    this.pings = null;
    if (this.over) return;
    this.over = true;
    this.handlers.onClose(reason);
  }
}
