import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { hostMetricsCapability, metricsCapability } from "../../protocol/custom/agent.ts";
import type { CollectMessage, LookMessage } from "../../protocol/custom/host-metrics.ts";
import { decodeSamples } from "../../protocol/custom/samples.ts";
import { attributesFrom } from "../../protocol/opamp/attributes.ts";
import { until } from "../../test/harness/until.ts";
import type { ContainerEngine, ContainerStats } from "../containers/engine.ts";
import { filesSettings, quickTuning } from "../testing/greeter-agent.ts";
import type { OpampServer } from "../testing/opamp-server.ts";
import { startAgent, startServer } from "../testing/start.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { ContainerSampler } from "./container-sampler.ts";
import { HostMetrics } from "./host-metrics.ts";

vi.setConfig({ testTimeout: 60_000 });

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const tuning = { ...quickTuning, metrics: { everyMs: 50 } };

function ask(server: OpampServer, capability: string, type: string, message: object): void {
  const data = new TextEncoder().encode(JSON.stringify(message));
  server.send({ customMessage: { capability, type, data } });
}
const collect = (server: OpampServer, message: CollectMessage) =>
  ask(server, hostMetricsCapability, "collect", message);
const look = (server: OpampServer, message: LookMessage) =>
  ask(server, hostMetricsCapability, "look", message);

const told = (server: OpampServer, type: string) =>
  server.messages.flatMap(({ customMessage }) =>
    customMessage?.capability === hostMetricsCapability && customMessage.type === type
      ? [decodeSamples(customMessage.data)]
      : [],
  );

async function exporter(text: () => string): Promise<string> {
  const server = createServer((_, response) => response.end(text()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
}

test("says what its host is, and nothing of what it does until it is asked", async () => {
  const server = await startServer();
  await startAgent(filesSettings(server.endpoint, temporaryFolder()), [], tuning);
  const first = await until("the first message", () => server.messages[0]);
  expect(attributesFrom(first.agentDescription?.nonIdentifyingAttributes ?? [])).toMatchObject({
    "os.kernel.release": expect.any(String),
    "host.cpu.count": expect.any(Number),
    "host.memory.total": expect.any(Number),
    "host.boot_time": expect.stringMatching(/^\d{4}-/),
  });
  server.offer("aa", {});
  await until("a status", () => server.statuses.at(-1)?.hash === "aa");
  expect(server.messages.filter(({ customMessage }) => customMessage)).toEqual([]);
  expect(server.messages.filter(({ agentDescription }) => agentDescription)).toHaveLength(1);
});

test("tells what it remembers to one who looks, then each new point, and scrapes only what is named", async () => {
  const server = await startServer();
  const url = await exporter(() => 'up 1\nq{shard="a"} 2\nq{shard="b"} 3\n');
  await startAgent({ ...filesSettings(server.endpoint, temporaryFolder()), metricsUrl: url }, [], tuning);
  await until("the first message", () => server.messages[0]);
  look(server, { forSeconds: 600, sinceSeconds: 3600, scrape: ["q"] });
  const all = await until("some points", () => {
    const answers = told(server, "look");
    return answers.length > 3 ? answers : undefined;
  });
  expect(all.slice(1).every(({ count }) => count < (all[0]?.count ?? 0) + 3)).toBe(true);
  const names = all.at(-1)?.series.map(({ name }) => name);
  expect(names).toContain("agent.memory.rss");
  expect(names).toContain("q");
  expect(
    all
      .at(-1)
      ?.series.find(({ name }) => name === "q")
      ?.values.at(-1),
  ).toBe(5);
  expect(told(server, "samples")).toEqual([]);
  look(server, { forSeconds: 0, sinceSeconds: 0, scrape: [] });
});

test("sends what is to be kept when it is due, each point once, until it is told to stop", async () => {
  const sent: { type: string; count: number; ageMs: number }[] = [];
  const metrics = new HostMetrics({
    stateDir: temporaryFolder(),
    metricsUrl: null,
    containers: null,
    send: (type, data) => {
      const { count, ageMs } = decodeSamples(data);
      sent.push({ type, count, ageMs });
      return true;
    },
    onFacts: () => {},
    log: () => {},
    everyMs: 20,
  });
  cleanups.push(() => metrics.stop());
  await metrics.start();
  vi.spyOn(Math, "random").mockReturnValue(0);
  const startedMs = performance.now();
  metrics.collect({ everySeconds: 1, firstInMs: 0, sinceSeconds: 0, scrape: [] });
  await until("two messages", () => sent.length >= 2);
  const ticks = (performance.now() - startedMs) / 20;
  expect(sent.every(({ type }) => type === "samples")).toBe(true);
  expect(sent.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(Math.ceil(ticks) + 1);
  metrics.collect({ everySeconds: 0, firstInMs: 0, sinceSeconds: 0, scrape: [] });
  const before = sent.length;
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(sent.length).toBe(before);
  vi.restoreAllMocks();
});

test("a connection that breaks ends both, and the next one begins in silence", async () => {
  const server = await startServer();
  await startAgent(filesSettings(server.endpoint, temporaryFolder()), [], tuning);
  await until("the first message", () => server.messages[0]);
  look(server, { forSeconds: 600, sinceSeconds: 0, scrape: [] });
  collect(server, { everySeconds: 60, firstInMs: 0, sinceSeconds: 0, scrape: [] });
  await until("a look", () => told(server, "look")[0]);
  const dials = server.dials.length;
  server.cut();
  await until("another dial", () => server.dials.length > dials && server.connected);
  await until("its first message", () => server.messages.at(-1)?.remoteConfigStatus);
  const before = told(server, "look").length + told(server, "samples").length;
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(told(server, "look").length + told(server, "samples").length).toBe(before);
});

test("a gate may name what the agent itself measures, though the program shows nothing", async () => {
  const server = await startServer();
  await startAgent(filesSettings(server.endpoint, temporaryFolder()), [], tuning);
  const first = await until("the first message", () => server.messages[0]);
  expect(first.customCapabilities?.capabilities).toContain(metricsCapability);
  const value = (metric: string, per: string | null = null) => ({ metric, as: "value", per });
  ask(server, metricsCapability, "watch", {
    intervalSeconds: 1,
    forSeconds: 600,
    queries: [
      value("agent.memory.rss"),
      value("http_errors_total"),
      value("agent.memory.rss", "agent.memory.rss"),
    ],
  });
  const reading = await until("a reading", () =>
    server.messages.find(({ customMessage }) => customMessage?.type === "reading"),
  );
  const { values } = JSON.parse(new TextDecoder().decode(reading.customMessage?.data));
  expect(values).toEqual({ 0: expect.any(Number), 2: 1 });
  expect(values[0]).toBeGreaterThan(10_000_000);
});

test("measures the agent's own containers by what the engine counts", async () => {
  const stats = (readMs: number, cpuNanoseconds: number): ContainerStats => ({
    readMs,
    cpuNanoseconds,
    memoryBytes: 1_000,
    memoryLimitBytes: null,
    networkReceivedBytes: null,
    networkSentBytes: null,
    diskReadBytes: null,
    diskWrittenBytes: null,
    processes: null,
  });
  const readings = [stats(1_000, 0), stats(11_000, 5_000_000_000), stats(21_000, 1_000_000_000)];
  const container = (name: string, state: "running" | "exited") => ({
    id: name,
    name,
    image: "web:1",
    imageId: "sha256:00",
    state,
    createdMs: 0,
    labels: {},
  });
  const engine: Pick<ContainerEngine, "list" | "stats"> = {
    list: async () => [container("web-2", "exited"), container("web-1", "running")],
    stats: async () => readings.shift() ?? null,
  };
  // Only what is asked of it here.
  const sampler = new ContainerSampler({ engine: engine as ContainerEngine, labels: {} });
  expect([...(await sampler.sample())]).toEqual([['container.memory.usage{name="web-1"}', 1_000]]);
  expect((await sampler.sample()).get('container.cpu.utilization{name="web-1"}')).toBe(0.5);
  // It was started anew: its count began again.
  expect((await sampler.sample()).has('container.cpu.utilization{name="web-1"}')).toBe(false);
  expect(await sampler.facts()).toEqual({
    "host.containers": [
      { name: "web-1", image: "web:1", state: "running" },
      { name: "web-2", image: "web:1", state: "exited" },
    ],
  });
});

test("a container that restarts in a loop is not told of at each turn, and again once it is calm", async () => {
  let state: "running" | "exited" = "running";
  const engine: Pick<ContainerEngine, "list"> = {
    list: async () => [
      { id: "a", name: "web", image: "web:1", imageId: "sha256:00", state, createdMs: 0, labels: {} },
    ],
  };
  // Only what is asked of it here.
  const sampler = new ContainerSampler({ engine: engine as ContainerEngine, labels: {} });
  const told: string[] = [];
  const look = async () => {
    const text = JSON.stringify(await sampler.facts());
    if (text !== told.at(-1)) told.push(text);
  };
  for (let turn = 0; turn < 20; turn++) {
    await look();
    state = state === "running" ? "exited" : "running";
  }
  const states = told.map((text) => /"state":"(\w+)"/.exec(text)?.[1]);
  expect(states).toEqual(["running", "exited", "running", "restarting"]);
  state = "running";
  for (let calm = 0; calm < 10; calm++) await look();
  expect(told.at(-1)).toBe(told[0]);
});
