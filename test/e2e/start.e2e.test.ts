import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import type { Agent } from "../../protocol/api/agents.ts";
import type { Rollout } from "../../protocol/api/rollouts.ts";
import type { Demo } from "../../scripts/demo/account.ts";
import { demoApi } from "../../scripts/demo/api.ts";
import { root } from "../../scripts/runtime/paths.ts";
import { makeStateDir } from "../harness/runtime.ts";

interface Started {
  child: ChildProcess;
  output: () => string;
  exited: Promise<number | null>;
}
let running: Started[] = [];

function run(stateDir: string): Started {
  const child = spawn(process.execPath, [join(root, "scripts/start.ts"), "--state-dir", stateDir], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
  }
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const started = { child, output: () => text, exited };
  running.push(started);
  return started;
}

async function ready(started: Started): Promise<void> {
  const failed = started.exited.then((code) => {
    throw new Error(`It ended with ${code}:\n${started.output()}`);
  });
  await Promise.race([
    failed,
    expect.poll(() => started.output(), { timeout: 240_000 }).toContain("Muster is ready"),
  ]);
}

async function interrupt(started: Started): Promise<void> {
  started.child.kill("SIGINT");
  expect(await started.exited).toBe(0);
  expect(started.output()).toContain("Everything has stopped.");
}

/** Command lines of running processes that name the state directory. */
function processesOf(stateDir: string): string[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")];
      } catch {
        return [];
      }
    })
    .filter((command) => command.includes(stateDir));
}

async function look(stateDir: string): Promise<{ demo: Demo; agents: Agent[]; rollouts: Rollout[] }> {
  const demo = JSON.parse(readFileSync(join(stateDir, "demo.json"), "utf8")) as Demo;
  const api = demoApi(demo.url, demo.apiKey);
  const agents = await api.get<{ items: Agent[] }>(`/v1/fleets/${demo.fleet}/agents?limit=50`);
  const rollouts = await api.get<{ items: Rollout[] }>(`/v1/fleets/${demo.fleet}/rollouts`);
  return { demo, agents: agents.items, rollouts: rollouts.items };
}

afterEach(async () => {
  for (const { child, exited } of running) {
    child.kill("SIGTERM");
    await exited;
  }
  running = [];
});

it("starts, shows a finished rollout, stops everything, and goes on where it stopped", {
  timeout: 600_000,
}, async () => {
  const stateDir = makeStateDir();
  const first = run(stateDir);
  await ready(first);
  const before = await look(stateDir);
  expect(statSync(join(stateDir, "demo.json")).mode & 0o777).toBe(0o600);
  expect(before.agents.map((agent) => agent.status)).toEqual(Array(5).fill("online"));
  expect(before.rollouts.map((rollout) => rollout.state)).toEqual(["succeeded"]);
  expect(before.rollouts[0]?.counts.verified).toBe(5);

  const rival = run(stateDir);
  expect(await rival.exited).toBe(1);
  expect(rival.output()).toContain("Muster already runs in this clone.");

  await interrupt(first);
  expect(processesOf(stateDir)).toEqual([]);

  const second = run(stateDir);
  await ready(second);
  const after = await look(stateDir);
  expect(after.demo).toEqual({ ...before.demo, url: after.demo.url });
  expect(after.agents.map((agent) => agent.id).sort()).toEqual(before.agents.map((agent) => agent.id).sort());
  expect(after.agents.map((agent) => agent.status)).toEqual(Array(5).fill("online"));
  expect(after.rollouts.map((rollout) => rollout.id)).toEqual(before.rollouts.map((rollout) => rollout.id));
  await interrupt(second);
});
