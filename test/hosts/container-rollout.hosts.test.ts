/** From a tag in a config to a container that answers: control plane, registry, engine and agent, all real. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { portHolder } from "../../agent/containers/ports/client.ts";
import type { Agent, AgentDetail } from "../../protocol/api/agents.ts";
import type { StartedRollout } from "../../protocol/api/rollouts.ts";
import type { RunningRuntime } from "../../scripts/runtime/spawn.ts";
import { startRuntime } from "../harness/runtime.ts";
import { signUpTenant, type Tenant } from "../harness/tenant.ts";
import { until } from "../harness/until.ts";
import { ContainerHost } from "./containers/container-host.ts";
import { type Registry, startRegistry } from "./containers/registry.ts";

const launcher = fileURLToPath(new URL("../../bin/muster-agent.mjs", import.meta.url));
const example = fileURLToPath(new URL("../../examples/containers/agent.yaml", import.meta.url));
const stateDir = mkdtempSync(join(tmpdir(), "muster-agent-"));

let host: ContainerHost;
let registry: Registry;
let runtime: RunningRuntime;
let tenant: Tenant;
let agent: ChildProcess;
let agentId: string;
let config: string;
const images: Record<string, string> = {};

beforeAll(async () => {
  [host, registry] = await Promise.all([ContainerHost.start("docker"), startRegistry()]);
  await host.bringIn(registry.port);
  for (const name of ["one", "two", "ill"]) {
    const files = { "www/index.html": name, ...(name !== "ill" && { "www/healthz": "ok" }) };
    images[name] = await host.publish(`${registry.host}/team/web`, files, { tag: name });
  }
  runtime = await startRuntime({ vars: { WEBHOOK_ALLOWED_HOSTS: registry.host } });
  await host.bringIn(Number(new URL(runtime.url).port));
  tenant = await signUpTenant(runtime);
  const token = join(stateDir, "token");
  writeFileSync(token, await tenant.enrollmentToken(1));
  const flags = ["--config", example, "--endpoint", `${runtime.url.replace("http", "ws")}/v1/opamp`];
  const words = [
    process.execPath,
    launcher,
    "run",
    ...flags,
    "--token-file",
    token,
    "--state-dir",
    stateDir,
    "--with-parent",
  ];
  const [program, args] = host.inside(words);
  agent = spawn(program, args, {
    stdio: ["pipe", "ignore", "ignore"],
    env: { ...process.env, CONTAINER_ENGINE: host.engine },
  });
  agentId = await until("the agent is online", async () => {
    const { items } = await tenant.call<{ items: Agent[] }>("GET", `/v1/fleets/${tenant.fleet}/agents`);
    return items.find(({ status }) => status === "online")?.id;
  });
});

afterAll(async () => {
  if (agent && agent.exitCode === null) {
    const gone = new Promise((resolve) => agent.once("exit", resolve));
    agent.kill("SIGTERM");
    await gone;
  }
  await portHolder(stateDir, []).route([]);
  await runtime?.stop();
  await host?.stop();
  await registry?.stop();
  rmSync(stateDir, { recursive: true, force: true });
});

const manifest = (tag: string) => `image: {ref: "${registry.host}/team/web:${tag}"}
processes:
  web:
    ports: [{container: 8080, host: 8301, address: 127.0.0.1}]
    health: {http: {path: /healthz, port: 8080}, intervalSeconds: 1, retries: 5}
`;

const rollOut = async () => {
  const { rollout } = await tenant.call<StartedRollout>("POST", `/v1/fleets/${tenant.fleet}/rollouts`, {
    assignments: [{ config }],
    gates: { soakSeconds: 0 },
  });
  return until("the rollout ends", async () => {
    const { state } = await tenant.rollout(rollout.id);
    return ["succeeded", "rolled_back", "failed"].includes(state) ? state : null;
  });
};

const detail = () => tenant.call<AgentDetail>("GET", `/v1/agents/${agentId}`);

test("a release by tag runs as containers, and its parts are told apart", async () => {
  const made = await tenant.call<{ id: string }>("POST", `/v1/projects/${tenant.project}/configs`, {
    name: "shop",
    kind: "container",
    content: manifest("one"),
  });
  config = made.id;
  expect(await rollOut()).toBe("succeeded");
  expect(await host.ask("http://127.0.0.1:8301/")).toBe("one");
  const [container] = await host.docker.listContainers();
  expect(container?.Image).toBe(images.one);
  const health = await until("its health is told", async () => (await detail()).health);
  expect(JSON.stringify(health)).toContain("app/web 1");
});

test("a rollout replaces without a failed request, and one that is ill is rolled back", async () => {
  const told = host.probe("http://127.0.0.1:8301/");
  for (const [tag, end] of [
    ["two", "succeeded"],
    ["ill", "rolled_back"],
  ] as const) {
    await tenant.call("POST", `/v1/configs/${config}/versions`, { content: manifest(tag) });
    expect(await rollOut()).toBe(end);
  }
  const { answers, failures } = await told();
  expect(failures).toEqual([]);
  expect(Object.keys(answers).sort()).toEqual(["one", "two"]);
  expect(await host.ask("http://127.0.0.1:8301/")).toBe("two");
  expect(JSON.stringify((await detail()).history)).toContain("/healthz answered 404");
});
