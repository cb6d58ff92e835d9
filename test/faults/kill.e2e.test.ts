/**
 * The runtime is killed (SIGKILL, workerd included) in mid-rollout and started again on the same state, with real
 * agents: the rollout ends right, nothing is lost or doubled, and usage is exactly what the fleet's events say.
 */
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Agent } from "../../protocol/api/agents.ts";
import type { FleetEvent } from "../../protocol/api/events.ts";
import type { RolloutDetail } from "../../protocol/api/rollouts.ts";
import type { Usage } from "../../protocol/api/usage.ts";
import { type AgentProcess, startAgentProcess } from "../harness/agent-process.ts";
import { makeStateDir, type RunningRuntime, startRuntime } from "../harness/runtime.ts";
import { signUpTenant, type Tenant } from "../harness/tenant.ts";
import { until } from "../harness/until.ts";

const stateDir = makeStateDir();
const names = ["web-1", "web-2", "web-3", "web-4"];
let runtime: RunningRuntime;
let tenant: Tenant;
let agents: AgentProcess[] = [];
let config = "";

beforeAll(async () => {
  runtime = await startRuntime({ stateDir });
  tenant = await signUpTenant(() => runtime);
  const token = await tenant.enrollmentToken(names.length);
  config = await tenant.createConfig("settings", "round: 0\n");
  agents = names.map((name) => startAgentProcess({ url: runtime.url, token, name }));
  await onlineAgents();
});

afterAll(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  await runtime?.stop();
});

const listAgents = async () =>
  (await tenant.call<{ items: Agent[] }>("GET", `/v1/fleets/${tenant.fleet}/agents`)).items;

const onlineAgents = () =>
  until("every agent is online with its own credential", async () => {
    const all = await listAgents();
    const ready = all.filter(({ status, credential }) => status === "online" && credential === "agent");
    return ready.length === names.length && all;
  });

const rolloutWhere = (id: string, what: string, condition: (rollout: RolloutDetail) => boolean) =>
  until(what, async () => {
    const rollout = await tenant.rollout(id);
    return condition(rollout) && rollout;
  });

/** Times in which no runtime was there, so that nobody can have been connected. */
const outages: { fromMs: number; toMs: number }[] = [];
const outageMs = 2_000;

async function killAndRestart(): Promise<void> {
  const { port } = runtime;
  await runtime.kill();
  const fromMs = Date.now();
  await pause(outageMs);
  outages.push({ fromMs, toMs: Date.now() });
  runtime = await startRuntime({ stateDir, port });
}

test("a rollout that was killed twice goes on where it was, and ends right", {
  timeout: 240_000,
}, async () => {
  const first = await tenant.rollOut(config, "round: 1\n", { gates: { soakSeconds: 0 } });
  await rolloutWhere(first.id, "the first rollout succeeds", ({ state }) => state === "succeeded");

  const second = await tenant.rollOut(config, "round: 2\n", {
    strategy: { kind: "rolling", batch: 1, pauseSeconds: 1 },
    gates: { soakSeconds: 1 },
  });
  await rolloutWhere(second.id, "the first agent is verified", ({ counts }) => counts.verified >= 1);
  await killAndRestart();
  await rolloutWhere(second.id, "another agent is verified", ({ counts }) => counts.verified >= 2);
  await killAndRestart();
  const ended = await rolloutWhere(second.id, "the rollout ends", ({ endedAt }) => endedAt !== null);

  expect(ended.state).toBe("succeeded");
  expect(ended.counts).toMatchObject({ verified: names.length, failed: 0, timed_out: 0, unreachable: 0 });
  expect(ended.waves?.map(({ state }) => state)).toEqual(names.map(() => "passed"));
  expect(agents.map((agent) => agent.file("config.txt"))).toEqual(names.map(() => "round: 2\n"));
  expect((await listAgents()).length).toBe(names.length);
});

test("the history holds each step once, in order", async () => {
  const steps = await until("the end reaches the history", async () => {
    const { items } = await tenant.call<{ items: FleetEvent[] }>(
      "GET",
      `/v1/orgs/${tenant.organization}/events?limit=200`,
    );
    const types = items.map(({ id, type }) => ({ id, type })).sort((a, b) => (a.id < b.id ? -1 : 1));
    return types.filter(({ type }) => type === "rollout.succeeded").length === 2 && types;
  });
  expect(new Set(steps.map(({ id }) => id)).size).toBe(steps.length);
  const count = (type: string) => steps.filter((step) => step.type === type).length;
  expect(count("rollout.started")).toBe(2);
  expect(count("rollout.wave_passed")).toBe(1 + names.length);
  expect(steps.at(-1)?.type).toBe("rollout.succeeded");
});

test("usage is what the fleet's events say, to the millisecond", async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  await until("every agent is offline", async () =>
    (await listAgents()).every(({ status }) => status === "offline"),
  );
  const { items: events } = await tenant.call<{ items: FleetEvent[] }>(
    "GET",
    `/v1/fleets/${tenant.fleet}/events?limit=200`,
  );
  const intervals = events
    .filter(({ type }) => type === "agent.disconnected")
    .map(({ data }) => ({
      fromMs: Date.parse(String(data.connectedAt)),
      toMs: Date.parse(String(data.endedAt)),
    }));
  const connectedMs = intervals.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  expect(outages).toHaveLength(2);
  const billedOutages = intervals.filter((interval) =>
    outages.some(({ fromMs, toMs }) => interval.fromMs < toMs && interval.toMs > fromMs),
  );
  expect(billedOutages).toEqual([]);
  const opened = events.filter(({ type }) => type === "agent.connected").length;
  const closed = events.filter(({ type }) => type === "agent.disconnected").length;
  expect(opened).toBe(closed);
  expect(connectedMs).toBeGreaterThan(0);

  const usage = await tenant.call<Usage>("GET", `/v1/orgs/${tenant.organization}/usage`);
  const quantity = (meter: string) => usage.meters.find((one) => one.meter === meter)?.quantity;
  expect(quantity("connected_agent_seconds")).toBe(connectedMs / 1000);
  // Two rollouts to four agents, each answered once.
  expect(quantity("config_deliveries")).toBe(2 * names.length);
});
