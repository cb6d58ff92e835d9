import { setTimeout as delay } from "node:timers/promises";
import { WebSocket } from "ws";
import { InFlow, OutFlow } from "../../domain/streams/flow.ts";
import type { StreamTicket } from "../../protocol/api/exec.ts";
import { controlFrame, dataFrame, readFrame, type StreamFrame } from "../../protocol/custom/stream-frames.ts";
import {
  type ControlMessage,
  channels,
  creditEveryBytes,
  type DataChannel,
  type ExitMessage,
  maxFrameBytes,
  receivedParameter,
  streamCloseCodes,
  windowBytes,
} from "../../protocol/custom/streams.ts";
import { Failure } from "../exit-codes.ts";

export interface ViewerOptions {
  /** The server's own address. */
  url: string;
  ticket: StreamTicket;
  /** Another ticket after a broken connection. Throws a Failure once there is nothing to come back to. */
  renew: () => Promise<StreamTicket>;
  /** Resolves when the bytes are used up: only then more is asked for. */
  onData: (channel: DataChannel, data: Uint8Array) => Promise<void>;
  onControl: (message: ControlMessage) => void;
  onLost: () => void;
}

const pingEveryMs = 20_000;
const pieceBytes = 32 * 1024;
/** As long as a stream waits for its viewer. */
const comeBackMs = 30_000;
const firstPauseMs = 200;

/** A viewer of one stream, which comes back when its connection breaks. */
export class Viewer {
  private readonly options: ViewerOptions;
  private readonly out = new OutFlow<typeof channels.stdin>(windowBytes);
  private readonly in = new InFlow(creditEveryBytes);
  private socket: WebSocket | null = null;
  /** Frames are used one after the other, in their order. */
  private turn: Promise<void> = Promise.resolve();
  private readonly waiting: (() => void)[] = [];
  private ready = false;
  private exit: ExitMessage | null = null;
  private left = false;

  constructor(options: ViewerOptions) {
    this.options = options;
  }

  /** Until the stream ends. Throws a Failure when it cannot be reached, or not any more. */
  async run(): Promise<ExitMessage> {
    await this.connect(this.options.ticket, false);
    for (;;) {
      await this.closed();
      await this.turn;
      if (this.exit) return this.exit;
      if (this.left) return { type: "exit", code: null, signal: null, reason: "closed" };
      this.options.onLost();
      await this.comeBack();
    }
  }

  /** Sends input; resolves when it is on its way, which may take until the far side has taken what came before. */
  async input(data: Uint8Array): Promise<void> {
    for (let rest = data; rest.byteLength > 0; ) {
      while (!this.left && !this.exit && (!this.ready || this.out.room === 0)) {
        await new Promise<void>((resolve) => this.waiting.push(resolve));
      }
      if (this.left || this.exit) return;
      const size = Math.min(rest.byteLength, this.out.room, pieceBytes);
      const piece = Uint8Array.from(rest.subarray(0, size));
      this.out.sent(channels.stdin, piece);
      this.send(dataFrame(channels.stdin, piece));
      rest = rest.subarray(size);
    }
  }

  control(message: ControlMessage): void {
    this.send(controlFrame(message));
  }

  /** For good: what runs is ended. */
  leave(): void {
    this.left = true;
    this.wake();
    this.socket?.close(1000);
  }

  private async connect(ticket: StreamTicket, again: boolean): Promise<void> {
    const url = new URL(ticket.path, this.options.url.replace(/^http/, "ws"));
    // Says at once what credit was still owed for.
    if (again) url.searchParams.set(receivedParameter, String(this.in.told()));
    const socket = new WebSocket(url, {
      headers: { authorization: `Bearer ${ticket.ticket}`, "user-agent": "muster-cli" },
      perMessageDeflate: false,
      handshakeTimeout: 15_000,
      maxPayload: maxFrameBytes,
    });
    socket.on("message", (data: Buffer, isBinary: boolean) => {
      if (isBinary) this.took(socket, readFrame(Uint8Array.from(data)));
      else this.silent = 0;
    });
    this.socket = socket;
    // After the frames' listener: the first of them may come with the very answer to the upgrade.
    await new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", (error) =>
        reject(new Failure("unreachable", `The stream could not be reached: ${error.message}`)),
      );
    });
    socket.on("error", () => {
      // Its close follows.
    });
    const pings = setInterval(() => this.ping(socket), pingEveryMs);
    socket.once("close", () => clearInterval(pings));
  }

  private silent = 0;

  private ping(socket: WebSocket): void {
    if (this.silent >= 2) socket.terminate();
    else if (socket.readyState === WebSocket.OPEN) {
      this.silent++;
      socket.send("ping");
    }
  }

  private took(socket: WebSocket, frame: StreamFrame): void {
    this.silent = 0;
    if (frame.channel === channels.control) {
      const { message } = frame;
      if (message.type === "credit") {
        this.out.credit(message.bytes);
        this.wake();
      } else if (message.type === "ready") this.begin(message);
      else this.turn = this.turn.then(() => this.told(message));
      return;
    }
    // It was on its way when this viewer came back: the agent sends it again.
    if (!this.ready) return;
    const { channel, data } = frame;
    this.turn = this.turn.then(async () => {
      if (socket !== this.socket) return;
      await this.options.onData(channel, data);
      const credit = this.in.took(data.byteLength);
      if (credit > 0) this.control({ type: "credit", bytes: credit });
    });
  }

  private told(message: ControlMessage): void {
    if (message.type === "exit") {
      this.exit = message;
      this.wake();
    }
    this.options.onControl(message);
  }

  private begin({ resumed, received }: Extract<ControlMessage, { type: "ready" }>): void {
    if (resumed) {
      for (const { channel, data } of this.out.resume(received).pieces) this.send(dataFrame(channel, data));
    }
    this.ready = true;
    this.wake();
    this.turn = this.turn.then(() => this.options.onControl({ type: "ready", resumed, received }));
  }

  private closed(): Promise<void> {
    return new Promise((resolve) => {
      const { socket } = this;
      if (!socket || socket.readyState === WebSocket.CLOSED) return resolve();
      socket.once("close", (code) => {
        if (code === streamCloseCodes.replaced) this.left = true;
        resolve();
      });
    });
  }

  private async comeBack(): Promise<void> {
    this.ready = false;
    const deadline = Date.now() + comeBackMs;
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, 2_000)) {
      try {
        await this.connect(await this.options.renew(), true);
        return;
      } catch (error) {
        const hopeless = error instanceof Failure && !["unreachable", "tryAgain"].includes(error.exit);
        if (hopeless || this.left || Date.now() > deadline) throw error;
        await delay(pauseMs);
      }
    }
  }

  private send(frame: Uint8Array): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(frame);
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
