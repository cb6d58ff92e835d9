/** `muster simulate` as a person runs it, against the real runtime: what it refuses, a rollout, and what it leaves behind. */
import type { ChildProcess } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { signUpByMail } from "../../scripts/demo/sign-up.ts";
import { type RunningRuntime, startRuntime } from "../harness/runtime.ts";
import { until } from "../harness/until.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

const email = "ada@example.com";
const password = "correct horse battery";
const agents = 50;

let runtime: RunningRuntime;
let terminal: Terminal;

const online = async () => (await terminal.json(["fleets", "get"])).counts.online;
const everybody = async () => (await terminal.json(["agents", "list", "--limit", "200"])).items;

beforeAll(async () => {
  terminal = await openTerminal();
  runtime = await startRuntime();
  await signUpByMail(runtime, { email, password, organizationName: "Acme" });
  const argv = ["login", "--url", runtime.url, "--email", email, "--password-stdin"];
  expect(await terminal.muster(argv, { stdin: `${password}\n` })).toMatchObject({ code: 0 });
  const { items } = await terminal.json(["fleets", "list"]);
  await terminal.json(["use", "--fleet", items[0].slug]);
});

afterAll(async () => {
  await terminal?.close();
  await runtime?.stop();
});

it("refuses a fleet that nobody marked, and leaves nothing there", async () => {
  const { code, stderr } = await terminal.muster(["simulate", "--agents", "5"]);
  expect(code).toBe(5);
  expect(stderr).toContain("muster.io/simulation=allowed");
  expect((await terminal.json(["tokens", "list"])).items).toEqual([]);
});

function simulate(argv: string[]): {
  child: ChildProcess;
  ended: Promise<{ code: number | null; out: string }>;
  log(): string;
} {
  const child = terminal.start(["simulate", ...argv, "--json"]);
  child.stdin?.end();
  let out = "";
  let log = "";
  child.stdout?.on("data", (chunk) => {
    out += String(chunk);
  });
  child.stderr?.on("data", (chunk) => {
    log += String(chunk);
  });
  const ended = new Promise<{ code: number | null; out: string }>((resolve) =>
    child.once("close", (code) => resolve({ code, out })),
  );
  return { child, ended, log: () => log };
}

it("simulates a fleet through a rollout; Ctrl-C leaves nothing behind", async () => {
  const mark = ["tokens", "create", "--name", "simulation", "--label", "muster.io/simulation=allowed"];
  await terminal.json(mark);
  const { child, ended, log } = simulate(["--agents", String(agents), "--duration", "10m", "--seed", "7"]);
  await until("50 agents online", async () => (await online()) === agents || null, 60_000).catch((error) => {
    throw new Error(`${error}\n${log()}`);
  });
  const [first] = await everybody();
  expect(first).toMatchObject({ type: "simulated", healthy: true, labels: { profile: "steady" } });

  await writeFile(join(terminal.home, "site.yaml"), "port: 80\n");
  await terminal.json(["configs", "create", "site", "--kind", "file", "--file", "site.yaml", "-m", "first"]);
  const { rollout } = await terminal.json([
    "deploy",
    "--config",
    "site",
    "--soak",
    "1s",
    "--wait",
    "-m",
    "first",
  ]);
  expect(rollout).toMatchObject({ state: "succeeded", total: agents, counts: { verified: agents } });
  const after = await everybody();
  expect(
    after.map(({ config, drift }: { config: { state: string }; drift: unknown }) => [config.state, drift]),
  ).toEqual(Array.from({ length: agents }, () => ["in_sync", null]));

  child.kill("SIGINT");
  const { code, out } = await ended;
  expect(code).toBe(130);
  expect(JSON.parse(out)).toMatchObject({
    interrupted: true,
    deleted: agents,
    kept: 0,
    counts: { enrolled: agents, online: agents, applied: agents, failed: 0, lost: 0, failedDials: 0 },
  });
  expect(await everybody()).toEqual([]);
  const { items } = await terminal.json(["tokens", "list"]);
  expect(
    items
      .map(({ name, revokedAt }: { name: string; revokedAt: string | null }) => [
        name.split(" ")[0],
        revokedAt !== null,
      ])
      .sort(),
  ).toEqual([
    ["simulation", false],
    ["simulation", true],
  ]);
});

it("keeps agents when it is asked to, until --clean", async () => {
  const { child, ended } = simulate(["--agents", "3", "--keep"]);
  await until("3 agents online", async () => (await online()) === 3 || null, 60_000);
  child.kill("SIGINT");
  expect(JSON.parse((await ended).out)).toMatchObject({ deleted: 0, kept: 3, counts: { enrolled: 3 } });
  const kept = await everybody();
  expect(kept.map(({ status }: { status: string }) => status)).toEqual(["offline", "offline", "offline"]);
  expect(await terminal.json(["simulate", "--clean"])).toMatchObject({ deleted: 3, counts: null });
  expect(await everybody()).toEqual([]);
});

it("refuses a fleet with an agent that is not simulated", async () => {
  const token = await terminal.json(["tokens", "create", "--name", "web"]);
  const argv = ["agent", "run", "--endpoint", token.endpoint, "--name", "web-1"];
  const state = ["--state-dir", join(terminal.home, "agent"), "--config-dir", join(terminal.home, "files")];
  terminal.start([...argv, ...state], { MUSTER_TOKEN: token.secret }).stdin?.end();
  await until("the agent", async () => (await online()) === 1 || null, 60_000);
  const { code, stderr } = await terminal.muster(["simulate", "--agents", "5"]);
  expect(code).toBe(5);
  expect(stderr).toContain("web-1");
  expect((await everybody()).length).toBe(1);
});
