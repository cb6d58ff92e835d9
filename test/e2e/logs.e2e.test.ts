/** What the compiled agent's program and host write, by the real CLI and the real runtime: looked at, followed, kept. */
import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { temporaryFolder } from "../../agent/testing/temporary-folder.ts";
import type { KeptLogs } from "../../protocol/api/logs.ts";
import type { Rollout } from "../../protocol/api/rollouts.ts";
import { signUpByMail } from "../../scripts/demo/sign-up.ts";
import { agentProgram } from "../harness/agent-program.ts";
import { type RunningRuntime, startRuntime } from "../harness/runtime.ts";
import { until } from "../harness/until.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

const folder = temporaryFolder();
const stateDir = join(folder, "state");
const logFile = join(folder, "logs/app.log");
const settings = `
name: web-1
supervise:
  command: sh
  args: [-c, 'cat "{configDir}/words.txt"; echo problem >&2; exec sleep 1000']
logs:
  files: ["${folder}/logs/*.log"]
`;

let runtime: RunningRuntime;
let terminal: Terminal;
let accessToken = "";
let fleet = "";
let agentId = "";
let agent: ChildProcess | null = null;
let agentLog = "";
let secret = "";
let env: Record<string, string> = {};

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

function startAgent(): void {
  const args = ["run", "--config", join(folder, "agent.yaml"), "--state-dir", stateDir, "--with-parent"];
  const [program = "", ...first] = agentProgram("compiled");
  agent = spawn(
    program,
    [...first, ...args, "--endpoint", `${runtime.url.replace("http", "ws")}/v1/opamp`, "--token", secret],
    { stdio: ["pipe", "ignore", "pipe"] },
  );
  agent.stderr?.on("data", (chunk: Buffer) => {
    agentLog = (agentLog + chunk.toString()).slice(-20_000);
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

const online = () =>
  until(
    `the agent; its log:\n${agentLog}`,
    async () => {
      const { items } = await api<{ items: { id: string; status: string; credential: string }[] }>(
        "GET",
        `/v1/fleets/${fleet}/agents`,
      );
      return items[0]?.status === "online" && items[0].credential === "agent" ? items[0].id : null;
    },
    60_000,
  );

beforeAll(async () => {
  runtime = await startRuntime();
  terminal = await openTerminal();
  const signUp = await signUpByMail(runtime, {
    email: "ops@example.com",
    password: "a long enough password",
    organizationName: "Example",
  });
  accessToken = signUp.accessToken;
  const { organization, project } = signUp.created;
  fleet = signUp.created.fleet;
  const key = await api<{ secret: string }>("POST", `/v1/orgs/${organization}/api-keys`, {
    name: "cli",
    role: "admin",
  });
  env = { MUSTER_URL: runtime.url, MUSTER_API_KEY: key.secret };
  ({ secret } = await api<{ secret: string }>("POST", `/v1/fleets/${fleet}/enrollment-tokens`, {}));
  mkdirSync(join(folder, "logs"));
  writeFileSync(logFile, "2026-11-21T09:00:00Z from before\n");
  writeFileSync(join(folder, "agent.yaml"), settings);
  startAgent();
  agentId = await online();
  const config = await api<{ id: string }>("POST", `/v1/projects/${project}/configs`, {
    name: "words",
    kind: "file",
    content: "hello from the program\n",
  });
  const { rollout } = await api<{ rollout: Rollout }>("POST", `/v1/fleets/${fleet}/rollouts`, {
    assignments: [{ config: config.id, version: 1, selector: "", fileName: "words.txt" }],
    gates: { soakSeconds: 1 },
  });
  await until(
    "the rollout",
    async () => (await api<Rollout>("GET", `/v1/rollouts/${rollout.id}`)).state === "succeeded" || null,
    60_000,
  );
}, 180_000);

afterAll(async () => {
  await terminal?.close();
  await endAgent("SIGTERM");
  await runtime?.stop();
});

const muster = (argv: string[]) => terminal.muster(["logs", ...argv], { env });

test("shows what the program writes, and what else may be read", async () => {
  const shown = await muster(["web-1"]);
  expect([shown.stdout, shown.stderr, shown.code]).toEqual(["hello from the program\nproblem\n", "", 0]);
  const sources = await muster(["web-1", "--sources"]);
  expect(sources.stdout).toMatch(/program +sh/);
  expect(sources.stdout).toContain(`file/${logFile}`);
  const refused = await muster(["web-1", "--source", "file//etc/hostname"]);
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringContaining("logs: {files: [/etc/hostname]}"),
  ]);
});

/** `muster logs -f`, with what it printed so far. */
function follow(argv: string[]) {
  const child = terminal.start(["logs", ...argv, "-f"], env);
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return {
    prints: (text: string) =>
      until(`"${text}" in:\n${stdout}\n${stderr}\n${agentLog}`, () => stdout.includes(text) || null, 60_000),
    says: (text: string) => until(`"${text}" in:\n${stderr}`, () => stderr.includes(text) || null, 60_000),
    interrupt: async () => {
      const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
      child.kill("SIGINT");
      return { code: await ended, stdout };
    },
  };
}

test("follows a file through its rotation and the agent's own restart, each line once", async () => {
  const reader = follow(["web-1", "--source", `file/${logFile}`]);
  await reader.prints("from before");
  appendFileSync(logFile, "line 1\n");
  await reader.prints("line 1\n");
  renameSync(logFile, `${logFile}.1`);
  writeFileSync(logFile, "line 2\n");
  await reader.prints("line 2\n");
  await endAgent("SIGKILL");
  await reader.says("again in");
  appendFileSync(logFile, "line 3\n");
  startAgent();
  await reader.prints("line 3\n");
  const { code, stdout } = await reader.interrupt();
  expect(code).toBe(130);
  expect(stdout).toBe("2026-11-21T09:00:00Z from before\nline 1\nline 2\nline 3\n");
});

const kept = (query = "") => api<KeptLogs>("GET", `/v1/agents/${agentId}/logs${query}`);
const keptWhere = (what: string, holds: (found: KeptLogs) => boolean) =>
  until(
    `${what}; the agent's log:\n${agentLog}`,
    async () => {
      const found = await kept();
      return holds(found) ? found : null;
    },
    60_000,
  );

test("ships what is written from then on, goes on after the agent was killed, and is searched by the CLI", async () => {
  const on = await muster([
    "ship",
    "on",
    "--source",
    "program",
    "--source",
    `file/${folder}/logs/*`,
    "--days",
    "2",
  ]);
  expect([on.code, on.stdout]).toEqual([0, expect.stringContaining("Keeps program")]);
  await until(
    "the agent to hear of it",
    () => agentLog.includes("the server keeps logs: program") || null,
    30_000,
  );
  // Where it begins is what the file holds when the agent looks: what comes after is shipped.
  await until(
    `the first kept line:\n${agentLog}`,
    async () => {
      appendFileSync(logFile, `probe ${Date.now()}\n`);
      return (await kept()).items.length > 0 || null;
    },
    60_000,
  );
  appendFileSync(logFile, "2026-11-21T10:00:00Z ERROR shipped\n");
  await keptWhere("the shipped line", ({ items }) =>
    items.some(({ text }) => text.endsWith("ERROR shipped")),
  );
  await endAgent("SIGKILL");
  appendFileSync(logFile, "while it was away\n");
  startAgent();
  const { items, kept: held } = await keptWhere("the line from meanwhile", (found) =>
    found.items.some(({ text }) => text === "while it was away"),
  );
  expect(items.some(({ text }) => text.includes("from before"))).toBe(false);
  expect(items.filter(({ text }) => text === "while it was away")).toHaveLength(1);
  expect(items.find(({ text }) => text.endsWith("ERROR shipped"))?.at).toBe("2026-11-21T10:00:00.000Z");
  expect(held.sources).toContain(`file/${logFile}`);
  await endAgent("SIGTERM");
  const searched = await muster(["web-1", "--kept", "--grep", "error", "-t"]);
  expect(searched.stdout).toBe(
    `2026-11-21T10:00:00.000Z file/${logFile} 2026-11-21T10:00:00Z ERROR shipped\n`,
  );
});
