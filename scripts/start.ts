/**
 * `npm start`: both Workers, the dashboard and a demo fleet of five agents, with all state under `.muster/`.
 * `-- --port N` chooses the first port to try, `-- --no-agents` starts the control plane alone, `-- --state-dir DIR`
 * keeps the state elsewhere.
 */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import pc from "picocolors";
import { buildDashboard } from "./dashboard.ts";
import { type Demo, prepareAccount, readDemo } from "./demo/account.ts";
import { type DemoAgent, startAgents, stopAgents, stopLeftOverAgents } from "./demo/agents.ts";
import type { DemoApi } from "./demo/api.ts";
import { firstRollout, onlineAgents, rolloutNow } from "./demo/first-rollout.ts";
import { StateInUse, takeLock } from "./runtime/lock.ts";
import { defaultStateDir } from "./runtime/paths.ts";
import { type RunningRuntime, spawnRuntime } from "./runtime/spawn.ts";

const usage = `Use: npm start -- [--port N] [--no-agents] [--state-dir DIR]

  --port N         the first port to try for the dashboard and the API
  --no-agents      start the control plane alone
  --state-dir DIR  keep the state there instead of .muster/`;

function readFlags() {
  try {
    return parseArgs({
      options: {
        port: { type: "string" },
        "no-agents": { type: "boolean", default: false },
        "state-dir": { type: "string", default: defaultStateDir },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    console.error(`${error.message}\n${usage}`);
    process.exit(2);
  }
}
const flags = readFlags();
if (flags.help) {
  console.log(usage);
  process.exit(0);
}
const stateDir = resolve(flags["state-dir"]);
const isDefault = stateDir === resolve(defaultStateDir);
/** As people know it. */
const shownDir = isDefault ? ".muster" : stateDir;

const began = Date.now();
let runtime: RunningRuntime | null = null;
const agents: DemoAgent[] = [];
let release: (() => void) | null = null;
/** Aborted once: by a signal, a failed start, or a runtime that ended by itself. */
const stopping = new AbortController();

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

async function step<T>(title: string, work: () => Promise<T> | T, note?: (result: T) => string): Promise<T> {
  const start = Date.now();
  process.stdout.write(`${pc.dim("·")} ${title}… `);
  const result = await work();
  const told = note?.(result) ?? (typeof result === "string" ? result : seconds(Date.now() - start));
  process.stdout.write(`${pc.green("✓")} ${pc.dim(told)}\n`);
  return result;
}

async function until(what: string, timeoutMs: number, done: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await done())) {
    stopping.signal.throwIfAborted();
    if (Date.now() > end)
      throw new Error(`${what} did not happen within ${timeoutMs / 1000} s; see ${join(stateDir, "logs")}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function shutDown(code: number): Promise<void> {
  if (stopping.signal.aborted) return;
  stopping.abort();
  const left = await stopAgents(stateDir, agents);
  await runtime?.stop();
  release?.();
  if (left.length > 0) console.error(`These processes would not end: ${left.join(", ")}`);
  else if (code === 0) console.log(`\nEverything has stopped. Your data stays in ${shownDir}/`);
  process.exit(left.length > 0 ? 1 : code);
}

async function start(): Promise<void> {
  mkdirSync(join(stateDir, "logs"), { recursive: true, mode: 0o700 });
  release = takeLock(stateDir, "start.lock");
  const leftOvers = await stopLeftOverAgents(stateDir);
  if (leftOvers > 0) console.log(`Ended ${leftOvers} agents that an earlier start had left behind.`);

  await step(
    "Dashboard",
    () => buildDashboard(),
    (built) => (built ? "built" : "up to date"),
  );
  const last = readDemo(stateDir).url;
  const wanted = flags.port ? Number(flags.port) : last ? Number(new URL(last).port) : 8787;
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > 65_535)
    throw new Error("--port must be 1 to 65535");
  const running = await step(
    "Database and both Workers",
    () =>
      spawnRuntime({
        stateDir,
        port: wanted,
        logFile: join(stateDir, "logs/runtime.log"),
        // So that webhook gates can be tried with a server on this machine.
        vars: { WEBHOOK_ALLOWED_HOSTS: "127.0.0.1,localhost" },
      }),
    (one) => (one.port === wanted ? one.url : `${one.url} (port ${wanted} is taken)`),
  );
  runtime = running;
  void running.exited.then((code) => {
    if (stopping.signal.aborted) return;
    console.error(`\nThe runtime ended by itself (code ${code}); see ${join(stateDir, "logs/runtime.log")}`);
    void shutDown(1);
  });
  const { demo, api } = await step(
    "Demo account",
    () => prepareAccount(stateDir, running),
    () => "demo@muster.local",
  );

  if (!flags["no-agents"]) {
    await step(
      "Demo agents, each with a program of its own",
      async () => {
        await startAgents({
          stateDir,
          url: running.url,
          token: demo.enrollmentToken,
          agents,
          signal: stopping.signal,
        });
        const names = new Set(agents.map((agent) => agent.name));
        await until("Five agents online", 90_000, async () => {
          const online = await onlineAgents(api, demo.fleet);
          return online.filter((agent) => names.has(agent.name)).length === names.size;
        });
      },
      () => `${agents.length} online`,
    );
    await step("First rollout", () => rollOutOnce(api, demo));
  }
  console.log(welcome(running, demo));
}

/** The fleet is there to be looked at also when its first rollout went wrong: say why, and go on. */
async function rollOutOnce(api: DemoApi, demo: Demo): Promise<string> {
  try {
    const started = await firstRollout(api, demo, new Set(agents.map((agent) => agent.program)));
    if (!started) return "already done";
    let now = { rollout: started, ended: false };
    await until("The first rollout's end", 120_000, async () => {
      now = await rolloutNow(api, started.id);
      return now.ended;
    });
    const { state, reason, counts, total } = now.rollout;
    const result = `${state}, ${counts.verified} of ${total} agents verified`;
    return state === "succeeded" ? result : `${result}: ${reason ?? "see the dashboard"}`;
  } catch (error) {
    stopping.signal.throwIfAborted();
    return pc.red(error instanceof Error ? error.message : String(error));
  }
}

function welcome({ url, outboxUrl }: RunningRuntime, { email, password }: Demo): string {
  const command = (text: string) => pc.cyan(text);
  return [
    "",
    `${pc.bold("Muster is ready")} ${pc.dim(`(${seconds(Date.now() - began)})`)}`,
    "",
    `  Dashboard      ${pc.bold(url)}`,
    `  Sign in        ${email}  /  ${password}`,
    `  API page       ${url}/docs/api`,
    ...(outboxUrl
      ? [`  Outbox         ${outboxUrl} (all mail that it sends; files in ${shownDir}/outbox/)`]
      : []),
    ...agents.map(
      (agent, index) =>
        `  ${index === 0 ? "Demo agents" : "           "}    ${agent.name} runs ${agent.program} at ${agent.address}`,
    ),
    "",
    `  Terminal       ${command(isDefault ? "npx muster login --demo" : `npx muster login --url ${url}`)}, then ${command("npx muster agents list")}`,
    `  Add an agent   the dashboard's “Add an agent” page, or ${command("npx muster tokens create --help")}`,
    `  Stop           Ctrl-C (data stays in ${shownDir}/)`,
    ...(isDefault ? [`  Start over     ${command("npm run reset")}`] : []),
    "",
  ].join("\n");
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void shutDown(0));
try {
  await start();
} catch (error) {
  if (error instanceof StateInUse) {
    console.error(`\nMuster already runs in this clone. ${error.message}`);
    process.exit(1);
  }
  if (!stopping.signal.aborted) {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    await shutDown(1);
  }
}
