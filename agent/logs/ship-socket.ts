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
      // For good: what breaks later ends in `close`, and an error that nobody hears would end the agent.
      socket.on("error", reject);
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

  /** Rejects when the connection breaks before the answer, or is closed already. */
  send(packed: Uint8Array): Promise<ShipAnswer> {
    const { socket } = this;
    if (!this.open) return Promise.reject(new Error("the connection was closed"));
    return new Promise((resolve, reject) => {
      const done = (end: () => void) => {
        clearTimeout(timer);
        socket.removeAllListeners("message");
        socket.removeAllListeners("close");
        end();
      };
      const timer = setTimeout(() => {
        done(() => reject(new Error(`no answer came within ${answerTimeoutMs / 1000} s`)));
        socket.terminate();
      }, answerTimeoutMs);
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
      socket.send(packed);
    });
  }

  close(): void {
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
