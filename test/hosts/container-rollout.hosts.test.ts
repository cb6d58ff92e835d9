/** From a tag in a config to a container that answers: control plane, registry, engine and agent, all real. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { portHolder } from "../../agent/containers/ports/client.ts";
import type { Agent, AgentDetail } from "../../protocol/api/agents.ts";
import type { AgentMetrics } from "../../protocol/api/metrics.ts";
import type { StartedRollout } from "../../protocol/api/rollouts.ts";
import type { RunningRuntime } from "../../scripts/runtime/spawn.ts";
import { openTerminal, type Terminal } from "../e2e/terminal.ts";
import { agentProgram } from "../harness/agent-program.ts";
import { driveTerminal } from "../harness/driven-terminal.ts";
import { startRuntime } from "../harness/runtime.ts";
import { signUpTenant, type Tenant } from "../harness/tenant.ts";
import { until } from "../harness/until.ts";
import { ContainerHost } from "./containers/container-host.ts";
import { type Registry, startRegistry } from "./containers/registry.ts";

const launcher = fileURLToPath(new URL("../../bin/muster.mjs", import.meta.url));
const example = fileURLToPath(new URL("../../examples/containers/agent.yaml", import.meta.url));
const stateDir = mkdtempSync(join(tmpdir(), "muster-agent-"));

let host: ContainerHost;
let registry: Registry;
let runtime: RunningRuntime;
let tenant: Tenant;
let terminal: Terminal;
let env: Record<string, string>;
let agentLog = "";
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
  const settings = join(stateDir, "agent.yaml");
  writeFileSync(settings, `${readFileSync(example, "utf8")}exec: {allow: true, containers: true}\n`);
  const flags = [
    "--config",
    settings,
    "--name",
    "apps-1",
    "--endpoint",
    `${runtime.url.replace("http", "ws")}/v1/opamp`,
  ];
  const words = [
    ...agentProgram(),
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
    stdio: ["pipe", "ignore", "pipe"],
    env: { ...process.env, CONTAINER_ENGINE: host.engine },
  });
  agent.stderr?.on("data", (chunk: Buffer) => {
    agentLog = (agentLog + chunk.toString()).slice(-20_000);
  });
  agentId = await until("the agent is online", async () => {
    const { items } = await tenant.call<{ items: Agent[] }>("GET", `/v1/fleets/${tenant.fleet}/agents`);
    return items.find(({ status }) => status === "online")?.id;
  });
  terminal = await openTerminal();
  const { secret } = await tenant.call<{ secret: string }>(
    "POST",
    `/v1/orgs/${tenant.organization}/api-keys`,
    { name: "cli", role: "admin" },
  );
  env = { MUSTER_URL: runtime.url, MUSTER_API_KEY: secret };
});

afterAll(async () => {
  if (agent && agent.exitCode === null) {
    const gone = new Promise((resolve) => agent.once("exit", resolve));
    agent.kill("SIGTERM");
    await gone;
  }
  await portHolder(stateDir, []).route([]);
  await terminal?.close();
  await runtime?.stop();
  await host?.stop();
  await registry?.stop();
  rmSync(stateDir, { recursive: true, force: true });
});

const manifest = (tag: string) => `image: {ref: "${registry.host}/team/web:${tag}"}
processes:
  web:
    command: [/bin/sh, -c, "echo serving; exec httpd -f -p 8080 -h /www"]
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

const muster = (argv: string[]) => terminal.muster(argv, { env });

/** Of the one container: the agent's own name of it. */
async function containerName(): Promise<string> {
  const [container] = await host.docker.listContainers();
  return (container?.Names[0] ?? "").slice(1);
}

test("what a container writes is shown, as the program's and by its own name", async () => {
  const shown = await muster(["logs", "apps-1"]);
  expect([shown.code, shown.stderr]).toEqual([0, ""]);
  expect(shown.stdout).toContain("serving");
  const sources = await muster(["logs", "apps-1", "--sources"]);
  expect(sources.stdout).toContain(await containerName());
});

test("its containers and what they use are told", async () => {
  const name = await containerName();
  const facts = await until(
    "the container among the facts",
    async () => {
      const told = JSON.stringify((await detail()).attributes.nonIdentifying["host.containers"] ?? []);
      return told.includes(name) ? told : null;
    },
    90_000,
  );
  expect(JSON.parse(facts)).toMatchObject([{ name, state: "running" }]);
  const memory = `container.memory.usage{name="${name}"}`;
  const used = await until("its memory", async () => {
    const live = await tenant.call<AgentMetrics>("GET", `/v1/agents/${agentId}/metrics?live=true`);
    return live.series.find((one) => one.name === memory)?.average.findLast((value) => value !== null);
  });
  expect(used).toBeGreaterThan(10_000);
});

test("a command in a container: its outputs, its exit code, and a terminal that follows the window", async () => {
  const name = await containerName();
  const script = "echo out; echo err >&2; exit 7";
  expect(await muster(["exec", "--container", name, "apps-1", "--", "sh", "-c", script])).toEqual({
    code: 7,
    stdout: "out\n",
    stderr: "err\n",
  });
  const shell = driveTerminal(
    [process.execPath, launcher, "exec", "-it", "--container", name, "apps-1", "--", "sh"],
    {
      env: { PATH: process.env.PATH ?? "", XDG_CONFIG_HOME: terminal.home, TERM: "xterm-256color", ...env },
      cwd: terminal.home,
    },
  );
  try {
    await shell.see("# ");
    shell.type("stty size\r");
    await shell.see("30 100");
    shell.resize(121, 41);
    await until("the far side has the new size", async () => {
      shell.type("stty size\r");
      await shell.see(/\d+ \d+\r\n/);
      return shell.written().includes("41 121");
    });
    shell.type("exit 3\r");
    expect(await shell.ended).toEqual({ code: 3, signal: null });
  } finally {
    await shell.close();
  }
});

test("a command in a container whose time is over is hung up, killed if it minds nothing, and leaves nothing", async () => {
  const name = await containerName();
  const script = "trap '' HUP; sleep 4321 & echo begun; wait";
  const ran = await muster([
    "exec",
    "--timeout",
    "2s",
    "--container",
    name,
    "apps-1",
    "--",
    "sh",
    "-c",
    script,
  ]);
  expect([ran.code, ran.stdout]).toEqual([124, "begun\n"]);
  const runs = async () => JSON.stringify(await host.docker.getContainer(name).top()).includes("sleep 4321");
  await until(`it is gone; ${agentLog}`, async () => !(await runs()));
  expect(await host.ask("http://127.0.0.1:8301/")).toBe("two");
});
