/** OpAMP clients that others wrote, against the real runtime. Both poll over HTTP. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { AgentCapabilities, createOpAMPClient, RemoteConfigStatuses } from "@elastic/opamp-client-node";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Agent, AgentDetail } from "../../protocol/api/agents.ts";
import type { FleetDrift } from "../../protocol/api/drift.ts";
import { type RunningRuntime, startRuntime } from "../harness/runtime.ts";
import { signUpTenant, type Tenant } from "../harness/tenant.ts";
import { until } from "../harness/until.ts";

/** Short, so that three missed polls pass quickly. */
const heartbeatSeconds = 2;
let runtime: RunningRuntime;

beforeAll(async () => {
  runtime = await startRuntime({ vars: { OPAMP_HEARTBEAT_SECONDS: String(heartbeatSeconds) } });
});
afterAll(() => runtime?.stop());

async function agentWhere(tenant: Tenant, holds: (agent: Agent) => boolean): Promise<Agent> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const { items } = await tenant.call<{ items: Agent[] }>("GET", `/v1/fleets/${tenant.fleet}/agents`);
    const found = items.find(holds);
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`it never came about; the agents: ${JSON.stringify(items)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const running = (agent: Agent) => agent.config.state === "in_sync" && agent.config.wantedHash !== null;

it("@elastic/opamp-client-node enrols, appears, takes a config, reports APPLIED, and goes offline", async () => {
  const tenant = await signUpTenant(runtime);
  const secret = await tenant.enrollmentToken(1);
  const configs: string[] = [];
  const client = createOpAMPClient({
    endpoint: `${runtime.url}/v1/opamp`,
    headers: { Authorization: `Bearer ${secret}` },
    heartbeatIntervalSeconds: heartbeatSeconds / 2,
    // The package's own types leave the enum's values open.
    capabilities: BigInt(
      Number(AgentCapabilities.AgentCapabilities_AcceptsRemoteConfig) |
        Number(AgentCapabilities.AgentCapabilities_ReportsRemoteConfig),
    ),
    onMessage: ({ remoteConfig }) => {
      if (!remoteConfig) return;
      const file = remoteConfig.config?.configMap["config.txt"];
      configs.push(new TextDecoder().decode(file?.body));
      client.setRemoteConfigStatus({
        status: RemoteConfigStatuses.RemoteConfigStatuses_APPLIED,
        lastRemoteConfigHash: remoteConfig.configHash,
      });
    },
  });
  client.setAgentDescription({
    identifyingAttributes: { "service.name": "foreign", "service.version": "1.0.0" },
    nonIdentifyingAttributes: { "host.name": "somewhere" },
  });
  client.start();
  const online = await agentWhere(tenant, (agent) => agent.status === "online");
  expect(online).toMatchObject({
    type: "foreign",
    version: "1.0.0",
    name: "somewhere",
    transport: "http",
    credential: "enrollment_token",
    labels: { "service.name": "foreign" },
  });
  expect(online.instanceUid).toBe(Buffer.from(client.getInstanceUid()).toString("hex"));

  const config = await tenant.createConfig("greeting", "greeting: first");
  await tenant.rollOut(config, "greeting: hello");
  await agentWhere(tenant, running);
  expect(configs).toEqual(["greeting: hello"]);
  // It does not show its files: nobody can say that it drifted, or that it did not.
  const { current } = await until("a release that it runs", async () => {
    const drift = await tenant.call<FleetDrift>("GET", `/v1/fleets/${tenant.fleet}/drift`);
    return drift.desired.releaseNumber === null ? null : drift;
  });
  expect(current).toMatchObject({ silent: 1, inSync: 0, drifted: 0, behind: 0 });

  await client.shutdown();
  await agentWhere(tenant, (agent) => agent.status === "offline");
});

it("the EDOT agent in a real Node app enrols, applies its own settings, refuses bad ones, and goes offline", async () => {
  const tenant = await signUpTenant(runtime);
  const secret = await tenant.enrollmentToken(1);
  const app = spawn(
    process.execPath,
    ["--import", "@elastic/opentelemetry-node", join(import.meta.dirname, "clients/edot-app.mjs")],
    {
      stdio: ["pipe", "pipe", "pipe"],
      env: {
        ...process.env,
        OTEL_SERVICE_NAME: "shop",
        OTEL_TRACES_EXPORTER: "none",
        OTEL_METRICS_EXPORTER: "none",
        OTEL_LOGS_EXPORTER: "none",
        ELASTIC_OTEL_OPAMP_ENDPOINT: `${runtime.url}/v1/opamp`,
        ELASTIC_OTEL_OPAMP_HEADERS: `Authorization=${encodeURIComponent(`Bearer ${secret}`)}`,
        ELASTIC_OTEL_EXPERIMENTAL_OPAMP_HEARTBEAT_INTERVAL: String(heartbeatSeconds * 500),
      },
    },
  );
  try {
    const output = outputOf(app);
    await agentWhere(tenant, (agent) => agent.type === "shop" && agent.status === "online");

    const config = await tenant.createConfig("elastic", "{}");
    const plan = { gates: { soakSeconds: 0 }, autoRevert: false };
    await deliver(tenant, config, '{"logging_level": "debug"}', plan);
    const applied = await agentWhere(tenant, running);
    expect(applied.config.error).toBeNull();
    expect(output()).toContain("successfully applied remote config");

    await deliver(tenant, config, '{"no_such_setting": 1}', plan);
    const failed = await agentWhere(tenant, (agent) => agent.config.error !== null);
    expect(failed.config.error).toContain('config name "no_such_setting" is unsupported');
    const detail = await tenant.call<AgentDetail>("GET", `/v1/agents/${failed.id}`);
    expect(detail.history.map(({ status }) => status)).toEqual(["failed", "applied"]);
  } finally {
    app.stdin?.end();
    if (app.exitCode === null) await once(app, "exit");
  }
  await agentWhere(tenant, (agent) => agent.status === "offline");
});

/** A new version to the whole fleet, under the one file name that EDOT reads. */
async function deliver(tenant: Tenant, config: string, content: string, plan: object): Promise<void> {
  const version = await tenant.call<{ number: number }>("POST", `/v1/configs/${config}/versions`, {
    content,
  });
  const assignments = [{ config, version: version.number, fileName: "elastic" }];
  await tenant.call("POST", `/v1/fleets/${tenant.fleet}/rollouts`, { assignments, ...plan });
}

function outputOf(app: ChildProcess): () => string {
  let text = "";
  for (const stream of [app.stdout, app.stderr]) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
  }
  return () => text;
}
