import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { configMapFrom, configMapTo } from "../../protocol/opamp/config-map.ts";
import { decodeAgentToServer, encodeServerFrame } from "../../protocol/opamp/frame.ts";
import { type AgentToServer, RemoteConfigStatuses } from "../../protocol/opamp/opamp_pb.js";
import { hexToBytes } from "../../protocol/opamp/uid.ts";
import { until } from "../../test/harness/until.ts";
import { SimulatedAgent } from "./agent.ts";
import { Simulation } from "./fleet.ts";
import { Pacer } from "./pacer.ts";
import { Behaviour, type Profile, profiles } from "./profiles.ts";
import { newTally } from "./tally.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Answers every message; `answer` may say something else. */
async function startServer(
  answer: (message: AgentToServer) => Parameters<typeof encodeServerFrame>[0] = () => ({}),
) {
  const http = createServer();
  const server = new WebSocketServer({ server: http });
  const sockets: WebSocket[] = [];
  const messages: AgentToServer[] = [];
  server.on("connection", (socket) => {
    sockets.push(socket);
    socket.on("message", (data: Buffer, isBinary: boolean) => {
      if (!isBinary) return;
      const message = decodeAgentToServer(data);
      messages.push(message);
      socket.send(encodeServerFrame({ instanceUid: message.instanceUid, ...answer(message) }));
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  closing.push(async () => {
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => http.close(resolve));
  });
  const { port } = http.address() as AddressInfo;
  return { endpoint: `ws://127.0.0.1:${port}/v1/opamp`, sockets, messages };
}

type Server = Awaited<ReturnType<typeof startServer>>;

async function startAgent(server: Server, profile: Partial<Profile>) {
  const world = {
    endpoint: server.endpoint,
    token: "enrol-me",
    run: "ab12",
    profile: "steady",
    tally: newTally(),
    dials: new Pacer({ perSecond: 200, atOnce: 50 }),
    messages: new Pacer({ perSecond: 400, atOnce: 50 }),
    configs: new Map(),
    onRefused: () => {},
  };
  const quick: Profile = { ...profiles.steady, applyMs: [1, 2], ...profile };
  const agent = new SimulatedAgent(0, world, new Behaviour(quick, "7", 0));
  agent.begin();
  closing.push(() => agent.end());
  await until("the agent", () => world.tally.enrolled === 1);
  return { agent, tally: world.tally };
}

const offer = (hash: string, text: string) =>
  encodeServerFrame({
    remoteConfig: {
      configHash: hexToBytes(hash),
      config: configMapTo([{ name: "site.yaml", contentType: "text/yaml", content: text }]),
    },
  });

const statuses = ({ messages }: Server) =>
  messages.flatMap(({ remoteConfigStatus: found }) =>
    found && found.lastRemoteConfigHash.length > 0 ? [RemoteConfigStatuses[found.status]] : [],
  );

it("introduces itself, applies what it is offered and reports what it runs", async () => {
  const server = await startServer();
  const { tally } = await startAgent(server, {});
  expect(server.messages[0]?.health?.healthy).toBe(true);
  server.sockets[0]?.send(offer("aa", "port: 80\n"));
  await until("the status", () => statuses(server).length === 2);
  expect(statuses(server)).toEqual(["RemoteConfigStatuses_APPLYING", "RemoteConfigStatuses_APPLIED"]);
  const reported = configMapFrom(server.messages.at(-1)?.effectiveConfig?.configMap);
  expect(reported).toMatchObject([{ name: "site.yaml", content: "port: 80\n" }]);
  expect(tally).toMatchObject({ offers: 1, applied: 1, failed: 0 });
});

it("fails, and reports nothing else than it ran before", async () => {
  const server = await startServer();
  const { tally } = await startAgent(server, { failShare: 1 });
  server.sockets[0]?.send(offer("aa", "port: 80\n"));
  await until("the status", () => statuses(server).length === 2);
  expect(statuses(server).at(-1)).toBe("RemoteConfigStatuses_FAILED");
  expect(server.messages.at(-1)?.remoteConfigStatus?.errorMessage).toContain("simulated");
  expect(server.messages.at(-1)?.effectiveConfig).toBeUndefined();
  expect(tally).toMatchObject({ applied: 0, failed: 1 });
});

it("takes an offer in silence", async () => {
  const server = await startServer();
  const { tally } = await startAgent(server, { silentShare: 1 });
  server.sockets[0]?.send(offer("aa", "port: 80\n"));
  server.sockets[0]?.send(encodeServerFrame({ flags: 1n }));
  await until("the full state", () => server.messages.length === 2);
  expect(statuses(server)).toEqual([]);
  expect(tally.unanswered).toBe(1);
});

it("loses its connection and comes back as the one that it was", async () => {
  const server = await startServer();
  const { tally } = await startAgent(server, {
    drops: { everyMs: 1_000, awayMs: [1, 2], restarts: true },
  });
  await until("the second connection's message", () => server.sockets.length === 2 && server.messages[1]);
  const [first, second] = server.messages;
  expect(second?.instanceUid).toEqual(first?.instanceUid);
  expect(second?.sequenceNum).toBe((first?.sequenceNum ?? 0n) + 1n);
  expect(second?.agentDescription).toBeUndefined();
  expect(second?.health?.startTimeUnixNano).toBeGreaterThan(first?.health?.startTimeUnixNano ?? 0n);
  expect(tally).toMatchObject({ lost: 0, failedDials: 0 });
  expect(tally.drops).toBeGreaterThanOrEqual(1);
});

it("dials again as the one that it is when the server still holds its connection from before", async () => {
  let asked = 0;
  const server = await startServer(() =>
    asked++ === 1 ? { agentIdentification: { newInstanceUid: new Uint8Array(16).fill(9) } } : {},
  );
  const { tally } = await startAgent(server, {
    drops: { everyMs: 1_000, awayMs: [1, 2], restarts: false },
  });
  await until(
    "the third connection's message",
    () => server.sockets.length >= 3 && server.messages[2],
    20_000,
  );
  const uids = new Set(server.messages.map(({ instanceUid }) => Buffer.from(instanceUid).toString("hex")));
  expect(uids.size).toBe(1);
  expect(tally).toMatchObject({ enrolled: 1, gone: 0, lost: 1 });
});

it("is unhealthy after a crash, and says goodbye at the end", async () => {
  const server = await startServer();
  const { agent, tally } = await startAgent(server, { crashShare: 1 });
  server.sockets[0]?.send(offer("aa", "port: 80\n"));
  await until("the crash", () => server.messages.at(-1)?.health?.healthy === false);
  expect(tally).toMatchObject({ crashes: 1, unhealthy: 1, online: 1 });
  await agent.end();
  await until("the goodbye", () => server.messages.at(-1)?.agentDisconnect);
  expect(tally).toMatchObject({ online: 0, lost: 0 });
});

it("is gone for good when the server lets it go", async () => {
  const server = await startServer();
  const { tally } = await startAgent(server, {});
  server.sockets[0]?.close(1008, "This agent was deleted");
  await until("the end", () => tally.gone === 1);
  expect(tally).toMatchObject({ online: 0, lost: 0 });
});

const simulation = (endpoint: string) =>
  new Simulation({
    endpoint,
    token: "enrol-me",
    run: "ab12",
    agents: 5,
    profile: "steady",
    seed: "7",
    dialsPerSecond: 200,
  });

it("ends at once when the fleet takes nobody in, with the reason", async () => {
  const { endpoint } = await startServer(() => ({ errorResponse: { errorMessage: "The plan is full" } }));
  const refused = simulation(endpoint);
  await refused.run(3_600_000, new AbortController().signal, () => {});
  await refused.end();
  expect(refused.refusal).toBe("The plan is full");
  expect(refused.tally.enrolled).toBe(0);
});

it("ends when its time is over, and by Ctrl-C", async () => {
  const { endpoint } = await startServer();
  const timed = simulation(endpoint);
  await timed.run(1, new AbortController().signal, () => {});
  await timed.end();
  const stop = new AbortController();
  const stopped = simulation(endpoint);
  const ended = stopped.run(3_600_000, stop.signal, () => {});
  await until("everybody", () => stopped.tally.online === 5);
  stop.abort();
  await ended;
  await stopped.end();
  expect(stopped.tally).toMatchObject({ enrolled: 5, online: 0, lost: 0 });
});
