/** Both sides of streams, as an agent and a viewer dial them. */
import { exports } from "cloudflare:workers";
import { execCapability, streamsCapability } from "../../../protocol/custom/agent.ts";
import { controlFrame, dataFrame, readFrame } from "../../../protocol/custom/stream-frames.ts";
import {
  type ControlMessage,
  type DataChannel,
  type OpenMessage,
  openMessage,
} from "../../../protocol/custom/streams.ts";
import type { FakeAgent } from "../fake-agent.ts";
import { until } from "./fleet-world.ts";

/** What an agent says that lets people run commands. */
export const streamingAgent = { own: true, custom: [streamsCapability, execCapability] } as const;

export interface StreamSocket {
  socket: WebSocket;
  /** In the order in which it came. */
  controls: ControlMessage[];
  /** Text of a channel so far. */
  text(channel: DataChannel): string;
  send(channel: DataChannel, text: string): void;
  control(message: ControlMessage): void;
  /** The first control message of a type, once it has come. */
  told<T extends ControlMessage["type"]>(type: T): Promise<Extract<ControlMessage, { type: T }>>;
  closed: Promise<{ code: number; reason: string }>;
}

export function dialStream(path: string, headers: Record<string, string>): Promise<Response> {
  // The combined entry's default export is the API Worker.
  const worker = (exports as unknown as { default: Fetcher }).default;
  return worker.fetch(`http://muster.test${path}`, { headers: { upgrade: "websocket", ...headers } });
}

export async function joinStream(path: string, ticket: string): Promise<StreamSocket> {
  const answer = await dialStream(path, { authorization: `Bearer ${ticket}` });
  const socket = answer.webSocket;
  if (!socket) throw new Error(`the stream answered ${answer.status}: ${await answer.text()}`);
  return streamSocket(socket);
}

function streamSocket(socket: WebSocket): StreamSocket {
  const controls: ControlMessage[] = [];
  const texts = ["", "", ""];
  socket.binaryType = "arraybuffer";
  socket.accept();
  socket.addEventListener("message", (event) => {
    if (typeof event.data === "string") return;
    const frame = readFrame(new Uint8Array(event.data as ArrayBuffer));
    if (frame.channel === 3) controls.push(frame.message);
    else texts[frame.channel] += new TextDecoder().decode(frame.data);
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.addEventListener("close", (event) => {
      socket.close();
      resolve({ code: event.code, reason: event.reason });
    }),
  );
  return {
    socket,
    controls,
    text: (channel) => texts[channel] ?? "",
    send: (channel, text) => socket.send(dataFrame(channel, new TextEncoder().encode(text))),
    control: (message) => socket.send(controlFrame(message)),
    async told(type) {
      const found = await until(
        () => controls.find((message) => message.type === type),
        (message) => message !== undefined,
      );
      // `until` has seen that it is one of this type.
      return found as Extract<ControlMessage, { type: typeof type }>;
    },
    closed,
  };
}

/** The order to open a stream that the fleet sent last. */
export async function openOrder(agent: FakeAgent, count = 1): Promise<OpenMessage> {
  const orders = await until(
    () =>
      agent.received.flatMap(({ customMessage }) =>
        customMessage?.capability === streamsCapability
          ? [openMessage.parse(JSON.parse(new TextDecoder().decode(customMessage.data)))]
          : [],
      ),
    (found) => found.length >= count,
  );
  const order = orders[count - 1];
  if (!order) throw new Error("the fleet ordered no stream");
  return order;
}
