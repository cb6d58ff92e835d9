/**
 * A collector by the agent and a running Muster: its components, its config, and where it tells of itself. The collector is
 * a stand-in with the real one's command line.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { freePort } from "../../agent/testing/greeter-agent.ts";
import type { Agent, AgentDetail } from "../../protocol/api/agents.ts";
import type { FleetComponents } from "../../protocol/api/collector.ts";
import type { OwnTelemetry } from "../../protocol/api/own-telemetry.ts";
import type { Rollout } from "../../protocol/api/rollouts.ts";
import { type AgentProcess, startAgentProcess } from "../harness/agent-process.ts";
import { type RunningRuntime, startRuntime } from "../harness/runtime.ts";
import { signUpTenant, type Tenant } from "../harness/tenant.ts";
import { until } from "../harness/until.ts";

const fileOf = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

let runtime: RunningRuntime;
let tenant: Tenant;
let agent: AgentProcess;
let sink: Server;
/** Path and credential of what came to where the collector tells of itself. */
const told = new Set<string>();

beforeAll(async () => {
  sink = createServer((request, response) => {
    told.add(`${request.url} ${request.headers.authorization}`);
    request.resume();
    response.end();
  });
  await new Promise<void>((resolve) => sink.listen(0, "127.0.0.1", resolve));
  runtime = await startRuntime();
  tenant = await signUpTenant(runtime);
  agent = startAgentProcess({
    url: runtime.url,
    token: await tenant.enrollmentToken(1),
    name: "collector-1",
    config: fileOf("examples/collector/agent.yaml"),
    env: {
      OTELCOL: fileOf("agent/testing/stand-in-collector.mjs"),
      COLLECTOR_HEALTH: `127.0.0.1:${await freePort()}`,
    },
  });
});

afterAll(async () => {
  await agent?.stop();
  await runtime?.stop();
  sink?.closeAllConnections();
  await new Promise((resolve) => sink?.close(resolve));
});

const config = (exporter: string) => `receivers:
  otlp: {protocols: {http: {endpoint: "127.0.0.1:0"}}}
exporters:
  debug: {verbosity: basic}
service:
  pipelines:
    traces: {receivers: [otlp], exporters: [${exporter}]}
`;

async function rollOut(configId: string, version: number): Promise<Rollout> {
  const { call, fleet } = tenant;
  const { rollout } = await call<{ rollout: Rollout }>("POST", `/v1/fleets/${fleet}/rollouts`, {
    assignments: [{ config: configId, version }],
    gates: { soakSeconds: 0 },
  });
  return until(
    `the end of the rollout; the agent's log:\n${agent.log()}`,
    async () => {
      const now = await tenant.rollout(rollout.id);
      return now.endedAt === null ? null : now;
    },
    60_000,
  );
}

test("is rolled out, tells what it has and where it was asked to, and keeps what it ran when a config is bad", async () => {
  const { call, fleet, project } = tenant;
  const components = await until("its components and version", async () => {
    const found = await call<FleetComponents>("GET", `/v1/fleets/${fleet}/components`);
    return found.reporting === 1 && found.versions.length === 1 ? found : null;
  });
  expect(components.components).toContainEqual({ role: "receiver", type: "otlp", agents: 1 });
  expect(components.versions).toEqual([{ version: "0.150.0", agents: 1 }]);

  const made = await call<{ id: string }>("POST", `/v1/projects/${project}/configs`, {
    name: "edge",
    kind: "otel-collector",
    content: config("debug"),
  });
  expect((await rollOut(made.id, 1)).state).toBe("succeeded");

  const { environmentId } = await call<{ environmentId: string }>("GET", `/v1/fleets/${fleet}`);
  await call("POST", `/v1/environments/${environmentId}/secrets`, {
    name: "OTLP_TOKEN",
    value: "pl4nted-otlp-token",
  });
  const { port } = sink.address() as AddressInfo;
  await call("PUT", `/v1/fleets/${fleet}/own-telemetry`, {
    metrics: {
      endpoint: `http://127.0.0.1:${port}/v1/metrics`,
      headers: { authorization: { secret: "OTLP_TOKEN", prefix: "Bearer " } },
    },
  });
  await until("it tells of itself", () => told.has("/v1/metrics Bearer pl4nted-otlp-token"), 30_000);
  await until("the fleet knows", async () => {
    const { agents } = await call<OwnTelemetry>("GET", `/v1/fleets/${fleet}/own-telemetry`);
    return agents.applied === 1;
  });

  const { items } = await call<{ items: Agent[] }>("GET", `/v1/fleets/${fleet}/agents`);
  const effective = await until("what it runs in all", async () => {
    const detail = await call<AgentDetail>("GET", `/v1/agents/${items[0]?.id}`);
    const file = detail.effectiveConfig.find(({ name }) => name === "effective.yaml");
    return file?.content.includes("periodic") ? file.content : null;
  });
  expect(effective).not.toContain("pl4nted");
  expect(parse(effective).service.extensions).toEqual(["health_check/muster"]);

  // As a plain file, so that the collector's own check is asked and not Muster's.
  const raw = await tenant.createConfig("raw", config("kafka"));
  const { rollout } = await call<{ rollout: Rollout }>("POST", `/v1/fleets/${fleet}/rollouts`, {
    assignments: [{ config: raw, version: 1, fileName: "collector.yaml" }],
    gates: { soakSeconds: 0 },
  });
  const failed = await until("the end of the bad one", async () => {
    const now = await tenant.rollout(rollout.id);
    return now.endedAt === null ? null : now;
  });
  expect(failed.state).not.toBe("succeeded");
  expect(agent.file("collector.yaml")).toBe(config("debug"));
});
