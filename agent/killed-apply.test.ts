import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { until } from "../test/harness/until.ts";
import { processIdentity } from "./process-identity.ts";
import { type RunningAgent, runAgent } from "./run.ts";
import type { SuperviseSettings } from "./settings/supervise.ts";
import { freePort, greeting, quickTuning, unvalidatedSettings } from "./testing/greeter-agent.ts";
import { OpampServer } from "./testing/opamp-server.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

vi.setConfig({ testTimeout: 120_000 });

const doomedAgent = fileURLToPath(new URL("testing/doomed-agent.ts", import.meta.url));
let server: OpampServer;
let stateDir: string;
let port: number;
let agent: RunningAgent | null = null;
let doomed: ChildProcess | null = null;

beforeEach(async () => {
  server = await OpampServer.start();
  stateDir = temporaryFolder();
  port = await freePort();
});
afterEach(async () => {
  doomed?.kill("SIGKILL");
  await agent?.stop();
  agent = null;
  await server.stop();
});

const config = (name: string) => ({ "greeter.yaml": `greeting: ${name}\n`, "second.txt": name });

async function startAgent(reload?: SuperviseSettings["reload"]): Promise<void> {
  const dials = server.dials.length;
  const settings = unvalidatedSettings(server.endpoint, stateDir, port);
  if (settings.supervise && reload) settings.supervise.reload = reload;
  agent = await runAgent(settings, () => {}, quickTuning);
  await until("a dial", () => server.dials.length > dials);
}

async function stopAgent(): Promise<void> {
  await agent?.stop();
  agent = null;
}

/** Starts an agent that dies at `step`; when it says hello, `onHello` runs. Resolves when it is dead. */
async function dieAt(step: string, onHello: () => void): Promise<void> {
  const messages = server.messages.length;
  const child = spawn(process.execPath, [doomedAgent, server.endpoint, stateDir, String(port), step], {
    stdio: "ignore",
  });
  doomed = child;
  const dead = new Promise<NodeJS.Signals | null>((resolve) =>
    child.once("exit", (_, signal) => resolve(signal)),
  );
  await Promise.race([dead, until("a hello", () => server.messages.length > messages)]);
  if (child.exitCode === null && child.signalCode === null) onHello();
  expect(await dead).toBe("SIGKILL");
}

async function applyFirst(): Promise<void> {
  await startAgent();
  await until("the first message", () => server.messages[0]);
  server.offer("a1", config("one"));
  await until("APPLIED a1", () => server.statuses.at(-1)?.status === "APPLIED");
  await stopAgent();
}

const inPlace = () =>
  ["greeter.yaml", "second.txt"].map((name) => readFileSync(join(stateDir, "config", name), "utf8").trim());

const lastStatus = (hash: string, status: string) => {
  const last = server.statuses.at(-1);
  return last?.hash === hash && last.status === status ? last : null;
};

test.each([
  "staging",
  "validating",
  "swapping",
  "rename-0",
  "rename-1",
  "reloading",
  "verifying",
  "verified",
  "concluded",
])("killed at %s, the next start takes the config after all and says APPLIED", async (step) => {
  await applyFirst();
  await dieAt(step, () => server.offer("b2", config("two")));
  await startAgent();
  await until("APPLIED b2", () => lastStatus("b2", "APPLIED"));
  await until("the new greeting", async () => (await greeting(port)) === "two");
  expect(inPlace()).toEqual(["greeting: two", "two"]);
  expect(readdirSync(join(stateDir, "config")).sort()).toEqual(["greeter.yaml", "second.txt"]);
});

test.each(["restoring", "restored"])(
  "killed while undoing a broken config (%s), the next start ends the undoing and says why",
  async (step) => {
    await applyFirst();
    await dieAt(step, () => server.offer("b2", { "greeter.yaml": "greeting: two\ncrash: true\n" }));
    await startAgent();
    const failed = await until("FAILED b2", () => lastStatus("b2", "FAILED"));
    expect(failed.error).toContain('the config says "crash: true"');
    expect(await greeting(port)).toBe("one");
    expect(inPlace()).toEqual(["greeting: one", "one"]);
  },
);

test("killed twice by the same config, the agent gives it up and says interrupted", async () => {
  await applyFirst();
  await dieAt("reloading", () => server.offer("b2", config("two")));
  await dieAt("verifying", () => {});
  await startAgent();
  const failed = await until("FAILED b2", () => lastStatus("b2", "FAILED"));
  expect(failed.error).toContain("interrupted 2 times, last while verifying");
  expect(await greeting(port)).toBe("one");
  expect(inPlace()).toEqual(["greeting: one", "one"]);
});

test("a config whose stored files are damaged is given up at the next start, and the one before runs", async () => {
  await applyFirst();
  await dieAt("verifying", () => server.offer("b2", config("two")));
  const stored = createHash("sha256").update("b2").digest("hex");
  writeFileSync(join(stateDir, "configs", `${stored}.json`), "[{");
  await startAgent();
  const failed = await until("FAILED b2", () => lastStatus("b2", "FAILED"));
  expect(failed.error).toContain("what was stored of the config cannot be read");
  expect(await greeting(port)).toBe("one");
  expect(inPlace()).toEqual(["greeting: one", "one"]);
});

test("a child that takes files only when it starts is ended before they are put back", async () => {
  await applyFirst();
  await dieAt("verifying", () => server.offer("b2", config("two")));
  const left: { pid: number; identity: string } = JSON.parse(
    readFileSync(join(stateDir, "child.json"), "utf8"),
  );
  expect(processIdentity(left.pid)).toBe(left.identity);
  await startAgent({ kind: "restart" });
  await until("APPLIED b2", () => lastStatus("b2", "APPLIED"));
  expect(processIdentity(left.pid)).not.toBe(left.identity);
});
