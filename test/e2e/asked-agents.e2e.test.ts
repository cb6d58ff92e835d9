/**
 * Real agents on the real runtime: a blue/green rollout stages on all and activates together, a config that an agent's
 * own check refuses is activated nowhere, and a canary whose program reports too many errors goes back.
 */

import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Agent, AgentDetail } from "../../protocol/api/agents.ts";
import type { RolloutDetail } from "../../protocol/api/rollouts.ts";
import { type AgentProcess, startAgentProcess } from "../harness/agent-process.ts";
import { type RunningRuntime, startRuntime } from "../harness/runtime.ts";
import { signUpTenant, type Tenant } from "../harness/tenant.ts";
import { until } from "../harness/until.ts";

const names = ["web-1", "web-2", "web-3"];
let runtime: RunningRuntime;
let tenant: Tenant;
let config = "";
let agents: AgentProcess[] = [];
let exporters: Server[] = [];
const scrapes = new Map<string, number>();

/** Shows a counter that grows as fast as the config in place says: `errors: <a second>`. */
async function exporter(name: string): Promise<string> {
  let errors = 0;
  let lastMs = Date.now();
  const server = createServer((_, response) => {
    scrapes.set(name, (scrapes.get(name) ?? 0) + 1);
    const perSecond = Number(/errors: (\d+)/.exec(fileOf(name) ?? "")?.[1] ?? 0);
    errors += (perSecond * (Date.now() - lastMs)) / 1000;
    lastMs = Date.now();
    response.end(`# TYPE errors_total counter\nerrors_total{code="500"} ${errors}\n`);
  });
  exporters.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
}

const fileOf = (name: string) => agents.find((agent) => agent.name === name)?.file("config.txt") ?? null;
const files = () => names.map(fileOf);

beforeAll(async () => {
  runtime = await startRuntime();
  tenant = await signUpTenant(runtime);
  const token = await tenant.enrollmentToken(names.length);
  config = await tenant.createConfig("settings", "errors: 0\n");
  const settings = join(mkdtempSync(join(tmpdir(), "muster-settings-")), "agent.yaml");
  writeFileSync(
    settings,
    [
      "supervise:",
      "  command: sleep",
      '  args: ["1000"]',
      '  validate: {command: [sh, -c, "! grep -n forbidden {configDir}/config.txt"]}',
      '  version: [sh, -c, "echo sleep 1.2.3"]',
    ].join("\n"),
  );
  agents = await Promise.all(
    names.map(async (name) =>
      startAgentProcess({
        url: runtime.url,
        token,
        name,
        config: settings,
        args: ["--metrics-url", await exporter(name)],
      }),
    ),
  );
  await until("every agent is online with its own credential", async () => {
    const ready = (await listAgents()).filter(
      ({ status, credential }) => status === "online" && credential === "agent",
    );
    return ready.length === names.length;
  });
});

afterAll(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  for (const server of exporters) server.close();
  exporters = [];
  await runtime?.stop();
});

const listAgents = async () =>
  (await tenant.call<{ items: Agent[] }>("GET", `/v1/fleets/${tenant.fleet}/agents`)).items;

const rolloutWhere = (id: string, what: string, condition: (rollout: RolloutDetail) => boolean) =>
  until(what, async () => {
    const rollout = await tenant.rollout(id);
    return condition(rollout) && rollout;
  });

test("stages on all, waits for the word, and activates all", async () => {
  const { id } = await tenant.rollOut(config, "errors: 0\nround: 1\n", {
    strategy: { kind: "blue-green", activation: "manual" },
    gates: { soakSeconds: 0 },
  });
  const held = await rolloutWhere(id, "it waits for a person", ({ state }) => state === "paused");
  expect(held.counts).toMatchObject({ staged: names.length });
  expect(files()).toEqual([null, null, null]);
  await tenant.call("POST", `/v1/rollouts/${id}/promote`);
  const ended = await rolloutWhere(id, "the rollout ends", ({ endedAt }) => endedAt !== null);
  expect(ended.state).toBe("succeeded");
  expect(files()).toEqual(names.map(() => "errors: 0\nround: 1\n"));
});

test("activates nowhere what the agents' own check refuses", async () => {
  const { id } = await tenant.rollOut(config, "forbidden\n", {
    strategy: { kind: "blue-green" },
    gates: { soakSeconds: 0 },
  });
  const ended = await rolloutWhere(id, "the rollout ends", ({ endedAt }) => endedAt !== null);
  expect(ended.state).not.toBe("succeeded");
  expect(files()).toEqual(names.map(() => "errors: 0\nround: 1\n"));
  const { items } = await tenant.call<{ items: { error: string | null }[] }>(
    "GET",
    `/v1/rollouts/${id}/agents`,
  );
  // The first refusal is one too many: the others' answers are not waited for.
  expect(items.flatMap(({ error }) => error ?? [])).toContainEqual(expect.stringContaining("1:forbidden"));
});

test("a canary whose program reports errors goes back, and nobody is scraped before or after", async () => {
  expect(scrapes.size).toBe(0);
  const { id } = await tenant.rollOut(config, "errors: 50\n", {
    strategy: { kind: "canary", steps: [{ agents: 1 }] },
    gates: {
      soakSeconds: 1,
      metrics: [{ metric: 'errors_total{code=~"5.."}', as: "rate", max: 1, minSamples: 2 }],
    },
  });
  const ended = await rolloutWhere(id, "the rollout ends", ({ endedAt }) => endedAt !== null);
  expect(ended.state).toBe("rolled_back");
  expect(ended.counts).toMatchObject({ reverted: 1, verified: 0 });
  expect(files()).toEqual(names.map(() => "errors: 0\nround: 1\n"));
  expect(scrapes.size).toBe(1);
});

test("shows the versions of the agent and of its program", async () => {
  const [first] = await listAgents();
  const detail = await tenant.call<AgentDetail>("GET", `/v1/agents/${first?.id}`);
  expect(detail.packages).toMatchObject([
    { name: "muster-agent", status: "installed" },
    { name: "sleep", version: "1.2.3" },
  ]);
});
