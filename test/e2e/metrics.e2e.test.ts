/**
 * What a real agent measures of this very host, and reads of a program's own metrics, against the real runtime: looked
 * at, stored, judged by a gate.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AgentDetail } from "../../protocol/api/agents.ts";
import type { AgentMetrics, FleetMetrics, MetricsCollectionChanged } from "../../protocol/api/metrics.ts";
import type { Rollout } from "../../protocol/api/rollouts.ts";
import type { Usage } from "../../protocol/api/usage.ts";
import { signUpByMail } from "../../scripts/demo/sign-up.ts";
import { type AgentProcess, startAgentProcess } from "../harness/agent-process.ts";
import { type RunningRuntime, startRuntime } from "../harness/runtime.ts";
import { until } from "../harness/until.ts";

let runtime: RunningRuntime;
let accessToken = "";
let organization = "";
let project = "";
let fleet = "";
let agent: AgentProcess;
let agentId = "";
/** A program that tells of itself as Prometheus text. */
let exporter: Server;
const ofEdge = 'http_requests_in_flight{job="edge"}';
const exposition = `# HELP http_requests_in_flight Requests that are being answered.
# TYPE http_requests_in_flight gauge
http_requests_in_flight{job="edge",zone="a"} 5
http_requests_in_flight{job="edge",zone="b"} 2.5
http_requests_in_flight{job="batch"} 1000
`;

async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${runtime.url}${path}`, {
    method,
    headers: {
      "content-type": "application/json",
      ...(accessToken && { authorization: `Bearer ${accessToken}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return JSON.parse(text) as T;
}

const told = (values: readonly (number | null)[] | undefined) =>
  values?.filter((value) => value !== null) ?? [];
const ofSeries = (metrics: AgentMetrics | FleetMetrics, name: string) =>
  told(metrics.series.find((series) => series.name === name)?.average);

beforeAll(async () => {
  runtime = await startRuntime();
  const signUp = await signUpByMail(runtime, {
    email: "ops@example.com",
    password: "a long enough password",
    organizationName: "Example",
  });
  accessToken = signUp.accessToken;
  ({ organization, project, fleet } = signUp.created);
  const { secret } = await api<{ secret: string }>("POST", `/v1/fleets/${fleet}/enrollment-tokens`, {
    name: "web",
  });
  exporter = createServer((request, response) => {
    const told = request.url === "/metrics";
    response.writeHead(told ? 200 : 404, { "content-type": "text/plain; version=0.0.4" });
    response.end(told ? exposition : "");
  });
  await new Promise<void>((resolve) => exporter.listen(0, "127.0.0.1", resolve));
  const metricsUrl = `http://127.0.0.1:${(exporter.address() as AddressInfo).port}/metrics`;
  agent = startAgentProcess({
    url: runtime.url,
    token: secret,
    name: "web-1",
    args: ["--metrics-url", metricsUrl],
  });
  agentId = await until(
    "the agent",
    async () => (await api<{ items: { id: string }[] }>("GET", `/v1/fleets/${fleet}/agents`)).items[0]?.id,
    60_000,
  );
}, 180_000);

afterAll(async () => {
  await agent?.stop();
  await runtime?.stop();
  exporter?.closeAllConnections();
  exporter?.close();
});

const enabledAtMs = Date.now();

test("storing them says what it costs", async () => {
  const { collection, receipt } = await api<MetricsCollectionChanged>(
    "PUT",
    `/v1/fleets/${fleet}/metrics-collection`,
    { enabled: true, everySeconds: 60, scrape: [ofEdge] },
  );
  expect(collection).toMatchObject({ enabled: true, everySeconds: 60, scrape: [ofEdge], taken: true });
  expect(receipt.cost).toMatchObject({ micros: 400_000, currency: "EUR" });
});

test("an agent that is looked at tells what it knows at once", async () => {
  // Once it has measured for the first time, which it may not have when it is first listed.
  const live = await until("its first figures", async () => {
    const looked = await api<AgentMetrics>("GET", `/v1/agents/${agentId}/metrics?live=true`);
    return looked.source === "live" && ofSeries(looked, "host.memory.utilization").length > 0 ? looked : null;
  });
  expect(live.note).toBeNull();
  expect(ofSeries(live, "agent.memory.rss").at(-1)).toBeGreaterThan(10_000_000);
  expect(ofSeries(live, "host.memory.utilization").at(-1)).toBeGreaterThan(0);
});

test("says what its host is", async () => {
  const { attributes } = await api<AgentDetail>("GET", `/v1/agents/${agentId}`);
  expect(attributes.nonIdentifying).toMatchObject({
    "os.kernel.release": expect.any(String),
    "host.cpu.count": expect.any(Number),
    "host.memory.total": expect.any(Number),
    "host.filesystems": expect.any(Array),
  });
});

const gate = (metric: string, limits: object) => ({ metric, minSamples: 2, ...limits });

async function rollOut(name: string, metric: object): Promise<Rollout> {
  const made = await api<{ id: string }>("POST", `/v1/projects/${project}/configs`, {
    name,
    kind: "file",
    content: `${name}\n`,
  });
  const { rollout } = await api<{ rollout: Rollout }>("POST", `/v1/fleets/${fleet}/rollouts`, {
    assignments: [{ config: made.id, version: 1, selector: "" }],
    strategy: { kind: "all-at-once" },
    gates: { soakSeconds: 1, metrics: [metric] },
  });
  return until(
    `the end of ${name}`,
    async () => {
      const now = await api<Rollout>("GET", `/v1/rollouts/${rollout.id}`);
      return ["succeeded", "failed", "rolled_back"].includes(now.state) ? now : null;
    },
    90_000,
  );
}

test("a gate on what the agent itself measures lets a rollout pass", async () => {
  const passed = await rollOut("calm", gate("host.memory.utilization", { max: 1 }));
  expect(passed.state).toBe("succeeded");
});

test("what is stored is found with the agent and its fleet, and is metered", async () => {
  const stored = await until(
    `stored points, ${Math.round((Date.now() - enabledAtMs) / 1000)} s after the start; ${agent.log()}`,
    async () => {
      const found = await api<AgentMetrics>("GET", `/v1/agents/${agentId}/metrics`);
      return ofSeries(found, "host.memory.utilization").length >= 2 ? found : null;
    },
    100_000,
  );
  expect(stored.source).toBe("stored");
  const minutes = await api<FleetMetrics>(
    "GET",
    `/v1/fleets/${fleet}/metrics?resolution=1m&series=host.memory.utilization`,
  );
  expect(ofSeries(minutes, "host.memory.utilization").length).toBeGreaterThan(0);
  const { meters } = await api<Usage>("GET", `/v1/orgs/${organization}/usage`);
  const seconds = meters.find(({ meter }) => meter === "metered_agent_seconds")?.quantity ?? 0;
  expect(seconds % 10).toBe(0);
  expect(seconds).toBeGreaterThanOrEqual(20);
});

test("a series of the program's own metrics is stored with them, summed over what matches", async () => {
  const sum = 7.5;
  const stored = await until(
    `stored points of ${ofEdge}; ${agent.log()}`,
    async () => {
      const found = await api<AgentMetrics>("GET", `/v1/agents/${agentId}/metrics`);
      return ofSeries(found, ofEdge).length > 0 ? found : null;
    },
    100_000,
  );
  expect(stored.source).toBe("stored");
  expect(new Set(ofSeries(stored, ofEdge))).toEqual(new Set([sum]));
  const query = new URLSearchParams({ resolution: "1m", series: ofEdge });
  const minutes = await api<AgentMetrics>("GET", `/v1/agents/${agentId}/metrics?${query}`);
  expect(minutes.series.map(({ name }) => name)).toEqual([ofEdge]);
  expect(new Set(ofSeries(minutes, ofEdge))).toEqual(new Set([sum]));
});
