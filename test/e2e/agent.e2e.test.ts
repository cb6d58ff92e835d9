/** The real agent, as a process, against the real runtime. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort, greeting } from "../../agent/testing/greeter-agent.ts";
import { temporaryFolder } from "../../agent/testing/temporary-folder.ts";
import type { Agent, AgentDetail } from "../../protocol/api/agents.ts";
import type { Rollout } from "../../protocol/api/rollouts.ts";
import { signUpByMail } from "../../scripts/demo/sign-up.ts";
import { makeStateDir, type RunningRuntime, startRuntime } from "../harness/runtime.ts";
import { until } from "../harness/until.ts";

const launcher = fileURLToPath(new URL("../../bin/muster-agent.mjs", import.meta.url));
const settingsFile = fileURLToPath(new URL("../../examples/greeter/agent.yaml", import.meta.url));
const stateDir = temporaryFolder();

const runtimeStateDir = makeStateDir();
let runtime: RunningRuntime;
let accessToken = "";
let fleet = "";
let config = "";
let port = 0;
let agent: ChildProcess | null = null;
let log = "";

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

function startAgent(token: string): void {
  const endpoint = `${runtime.url.replace("http", "ws")}/v1/opamp`;
  const args = ["run", "--config", settingsFile, "--endpoint", endpoint, "--token", token];
  agent = spawn(
    process.execPath,
    [launcher, ...args, "--name", "web-1", "--state-dir", stateDir, "--label", "role=web"],
    { env: { ...process.env, GREETER_PORT: String(port) }, stdio: ["ignore", "ignore", "pipe"] },
  );
  agent.stderr?.on("data", (chunk: Buffer) => {
    log += chunk.toString();
  });
}

async function endAgent(signal: NodeJS.Signals): Promise<void> {
  const child = agent;
  agent = null;
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await gone;
}

const onlyAgent = async () => {
  const page = await api<{ items: Agent[] }>("GET", `/v1/fleets/${fleet}/agents`);
  expect(page.items.length).toBeLessThanOrEqual(1);
  return page.items[0];
};

const agentWhere = (what: string, condition: (agent: Agent) => boolean) =>
  until(
    `an agent that is ${what}; its log:\n${log}`,
    async () => {
      const found = await onlyAgent();
      return found && condition(found) ? found : null;
    },
    60_000,
  );

async function deploy(content: string): Promise<Rollout> {
  await api("POST", `/v1/configs/${config}/versions`, { content });
  const { rollout } = await api<{ rollout: Rollout }>("POST", `/v1/fleets/${fleet}/rollouts`, {
    assignments: [{ config, version: "latest", selector: "role=web", fileName: "greeter.yaml" }],
    gates: { soakSeconds: 1 },
  });
  return until(
    "the end of the rollout",
    async () => {
      const now = await api<Rollout>("GET", `/v1/rollouts/${rollout.id}`);
      return ["running", "paused", "rolling_back"].includes(now.state) ? null : now;
    },
    60_000,
  );
}

let enrollmentToken = "";

async function makeToken(): Promise<string> {
  const order = { name: "web", maxUses: 1, labels: { site: "berlin" } };
  return (await api<{ secret: string }>("POST", `/v1/fleets/${fleet}/enrollment-tokens`, order)).secret;
}

beforeAll(async () => {
  runtime = await startRuntime({ stateDir: runtimeStateDir });
  port = await freePort();
  const signUp = await signUpByMail(runtime, {
    email: "ops@example.com",
    password: "a long enough password",
    organizationName: "Example",
  });
  accessToken = signUp.accessToken;
  fleet = signUp.created.fleet;
  enrollmentToken = await makeToken();
  const made = await api<{ id: string }>("POST", `/v1/projects/${signUp.created.project}/configs`, {
    name: "greeter",
    kind: "file",
  });
  config = made.id;
});

afterAll(async () => {
  await endAgent("SIGTERM");
  await runtime?.stop();
});

test("enrols with a one-time token and goes on with a credential of its own", async () => {
  startAgent(enrollmentToken);
  const found = await agentWhere(
    "online with its own credential",
    (a) => a.status === "online" && a.credential === "agent",
  );
  expect(found).toMatchObject({ name: "web-1", type: "greeter", healthy: true });
  expect(found.labels).toMatchObject({ role: "web", site: "berlin" });
  expect(readFileSync(join(stateDir, "state.json"), "utf8")).not.toContain(enrollmentToken);
});

test("takes a rollout and reports what it runs", async () => {
  expect((await deploy("greeting: one\n")).state).toBe("succeeded");
  expect(await greeting(port)).toBe("one");
  const found = await agentWhere("in sync", (a) => a.config.state === "in_sync");
  const detail = await api<AgentDetail>("GET", `/v1/agents/${found.id}`);
  expect(detail.effectiveConfig).toMatchObject([{ name: "greeter.yaml", content: "greeting: one\n" }]);
});

test("refuses a bad config with the validator's text and keeps serving", async () => {
  const rollout = await deploy("greeting: two\nnonsense: 1\n");
  expect(rollout.state).toBe("rolled_back");
  expect(await greeting(port)).toBe("one");
  const found = await onlyAgent();
  const detail = await api<AgentDetail>("GET", `/v1/agents/${found?.id}`);
  expect(detail.history.find((entry) => entry.status === "failed")?.error).toContain(
    'greeter.yaml:2: unknown key "nonsense"',
  );
});

test("a killed agent comes back as the same one, without the token being used again", async () => {
  const before = await onlyAgent();
  await endAgent("SIGKILL");
  await agentWhere("offline", (a) => a.status === "offline");
  startAgent(enrollmentToken);
  const after = await agentWhere("online again", (a) => a.status === "online");
  expect(after.id).toBe(before?.id);
  await until("the greeter again", async () => (await greeting(port)) === "one");
});

test("comes back by itself when the runtime was killed", async () => {
  const { port: runtimePort } = runtime;
  const killedAt = Date.now();
  await runtime.kill();
  runtime = await startRuntime({ stateDir: runtimeStateDir, port: runtimePort });
  await agentWhere("connected after the kill", (a) => {
    return a.status === "online" && a.connectedAt !== null && Date.parse(a.connectedAt) > killedAt;
  });
});

test("a revoked agent is cut off, and says what to do", async () => {
  const found = await onlyAgent();
  await api("POST", `/v1/agents/${found?.id}/revoke`);
  await until(
    "the explanation",
    () => (log.includes("was refused") || log.includes("revoked") ? true : null),
    60_000,
  );
  await agentWhere("revoked", (a) => a.status === "revoked");
});

test("a revoked host comes back as a new agent with a new token, and gets the current config", async () => {
  await endAgent("SIGTERM");
  startAgent(await makeToken());
  await until("a second agent that is in sync", async () => {
    const { items } = await api<{ items: Agent[] }>("GET", `/v1/fleets/${fleet}/agents`);
    return items.length === 2 && items.some((a) => a.status === "online" && a.config.state === "in_sync");
  });
  await until("the greeter again", async () => (await greeting(port)) === "one");
});
