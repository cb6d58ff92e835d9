/** An agent that ships logs, as the real one dials and packs them. */
import { exports } from "cloudflare:workers";
import { logsCapability } from "../../../protocol/custom/agent.ts";
import {
  logShippingPath,
  type ShipAnswer,
  type ShipMessage,
  type ShippedLine,
  shipAnswer,
  shipMessage,
} from "../../../protocol/custom/logs.ts";
import type { FakeAgent } from "../fake-agent.ts";
import { until } from "./fleet-world.ts";

/** The orders about shipping that the agent got, in order. */
export const shipOrders = (agent: FakeAgent): ShipMessage[] =>
  agent.received.flatMap(({ customMessage }) =>
    customMessage?.capability === logsCapability && customMessage.type === "ship"
      ? [shipMessage.parse(JSON.parse(new TextDecoder().decode(customMessage.data)))]
      : [],
  );

/** The credential of its own that the agent was offered, as the header carries it. */
export async function credentialOf(agent: FakeAgent): Promise<string> {
  const offers = await until(
    () =>
      agent.received.flatMap(({ connectionSettings }) => connectionSettings?.opamp?.headers?.headers ?? []),
    (headers) => headers.length > 0,
  );
  return offers.find(({ key }) => key.toLowerCase() === "authorization")?.value ?? "";
}

export function dialShipping(authorization: string | null): Promise<Response> {
  // The combined entry's default export is the API Worker.
  const worker = (exports as unknown as { default: Fetcher }).default;
  return worker.fetch(`http://muster.test${logShippingPath}`, {
    headers: { upgrade: "websocket", ...(authorization !== null && { authorization }) },
  });
}

export interface ShippingSocket {
  socket: WebSocket;
  send(bytes: Uint8Array): void;
  /** Packs a batch, sends it and answers what the server said. */
  ship(
    head: { run?: string; batch: number; dropped?: Record<string, number> },
    lines: ShippedLine[],
  ): Promise<ShipAnswer>;
  closed: Promise<{ code: number; reason: string }>;
}

export async function joinShipping(authorization: string): Promise<ShippingSocket> {
  const answer = await dialShipping(authorization);
  const socket = answer.webSocket;
  if (!socket) throw new Error(`shipping was answered ${answer.status}: ${await answer.text()}`);
  socket.accept();
  const answers: ShipAnswer[] = [];
  socket.addEventListener("message", ({ data }) => {
    answers.push(shipAnswer.parse(JSON.parse(String(data))));
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.addEventListener("close", ({ code, reason }) => {
      socket.close();
      resolve({ code, reason });
    }),
  );
  return {
    socket,
    closed,
    send: (bytes) => socket.send(bytes),
    async ship({ run = "run-of-test", batch, dropped = {} }, lines) {
      const before = answers.length;
      socket.send(await packed([{ run, batch, dropped }, ...lines]));
      const all = await until(
        () => answers,
        (seen) => seen.length > before,
      );
      const last = all.at(-1);
      if (!last) throw new Error("no answer came");
      return last;
    },
  };
}

export async function packed(records: readonly object[]): Promise<Uint8Array> {
  const text = records.map((record) => JSON.stringify(record)).join("\n");
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
