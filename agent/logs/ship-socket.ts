import { WebSocket } from "ws";
import { logShippingPath, type ShipAnswer, shipAnswer } from "../../protocol/custom/logs.ts";
import type { ConnectionTarget } from "../state-file.ts";
import { streamUrl } from "../streams/streams.ts";

const handshakeTimeoutMs = 15_000;
const answerTimeoutMs = 30_000;
const answerBytes = 4_096;

/** The server does not take logs of this agent now; it says so anew when it does. */
export class ShippingRefused extends Error {
  override readonly name = "ShippingRefused";
}

/** One connection to the object that keeps this agent's logs. */
export class ShipSocket {
  private readonly socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.socket = socket;
  }

  /** Throws ShippingRefused, or another error when there is no connection to be had. */
  static open({ endpoint, headers }: ConnectionTarget): Promise<ShipSocket> {
    const socket = new WebSocket(streamUrl(endpoint, logShippingPath), {
      headers,
      perMessageDeflate: false,
      handshakeTimeout: handshakeTimeoutMs,
      maxPayload: answerBytes,
      followRedirects: false,
    });
    return new Promise((resolve, reject) => {
      socket.once("open", () => resolve(new ShipSocket(socket)));
      socket.once("error", reject);
      socket.on("unexpected-response", (request, response) => {
        request.destroy();
        const status = response.statusCode ?? 0;
        const text = `the server answered ${status}`;
        reject(status >= 400 && status < 500 ? new ShippingRefused(text) : new Error(text));
      });
    });
  }

  get open(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  /** Rejects when the connection breaks before the answer. */
  send(packed: Uint8Array): Promise<ShipAnswer> {
    const { socket } = this;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => socket.terminate(), answerTimeoutMs);
      const done = (end: () => void) => {
        clearTimeout(timer);
        socket.removeAllListeners("message");
        socket.removeAllListeners("close");
        end();
      };
      socket.once("message", (data: Buffer) =>
        done(() => {
          const answer = shipAnswer.safeParse(parse(data.toString("utf8")));
          if (answer.success) resolve(answer.data);
          else reject(new Error("the server's answer cannot be read"));
        }),
      );
      socket.once("close", (code, reason) =>
        done(() => reject(new Error(reason.toString("utf8") || `the connection was closed (${code})`))),
      );
      socket.on("error", () => {});
      socket.send(packed);
    });
  }

  close(): void {
    this.socket.on("error", () => {});
    this.socket.close(1000);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
