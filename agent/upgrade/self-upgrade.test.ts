import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { stringify } from "yaml";
import { until as untilTrue } from "../../test/harness/until.ts";
import { processIdentity } from "../process-identity.ts";
import { freePort } from "../testing/greeter-agent.ts";
import type { OpampServer } from "../testing/opamp-server.ts";
import {
  offerTarget,
  PackageServer,
  proxyAnswer,
  proxyPackage,
  proxySettings,
  type TestPackage,
  testKey,
  toldOf,
} from "../testing/packages.ts";
import { startServer } from "../testing/start.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { readPicks } from "./picks.ts";

vi.setConfig({ testTimeout: 120_000 });

const main = fileURLToPath(new URL("../main.ts", import.meta.url));
const doomed = fileURLToPath(new URL("../testing/doomed-upgrade.ts", import.meta.url));
const called = (version: string) => `data:text/javascript,globalThis.musterAgentVersion="${version}"`;
const installedVersion = "9.0.0";

let server: OpampServer;
let files: PackageServer;
let stateDir: string;
let settingsFile: string;
let writeSettings: (probationSeconds: number) => void;
let port: number;
let running: ChildProcess | null = null;
let log = "";

beforeEach(async () => {
  server = await startServer();
  server.replies = true;
  files = await PackageServer.start();
  stateDir = temporaryFolder();
  port = await freePort();
  log = "";
  const { supervise } = proxySettings(server.endpoint, temporaryFolder(), stateDir, port);
  settingsFile = join(stateDir, "agent.yaml");
  const proxy = { command: supervise?.command, args: supervise?.args };
  writeSettings = (probationSeconds) =>
    writeFileSync(
      settingsFile,
      stringify({
        endpoint: server.endpoint,
        token: "enrol-me",
        name: "web-1",
        stateDir,
        configDir: join(stateDir, "config"),
        applyBudget: 0,
        hostMetrics: false,
        upgrade: { agent: true, program: true, keys: [testKey], probationSeconds },
        supervise: { ...proxy, verify: { http: `http://127.0.0.1:${port}/`, timeoutSeconds: 20 } },
      }),
    );
  writeSettings(60);
});
afterEach(async () => {
  await end("SIGTERM");
  await files.stop();
});

/** A wait in vain tells what the agents logged. */
async function until<T>(what: string, condition: () => T | Promise<T>) {
  try {
    return await untilTrue(what, condition, 40_000);
  } catch (error) {
    throw new Error(`${String(error)}; the log:\n${log}`);
  }
}

/** Starts the agent that the host's operator installed. `step`: it kills itself there. */
function start(step?: string): void {
  const program = step === undefined ? [main] : [doomed, step];
  const args = ["--import", called(installedVersion), ...program, "run", "-c", settingsFile];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  child.stderr.on("data", (piece: Buffer) => {
    log += piece.toString();
  });
  running = child;
}

async function end(signal: NodeJS.Signals): Promise<void> {
  const child = running;
  running = null;
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await gone;
}

/** An agent of another version as a file; `extra` are arguments that it gets besides. */
const agentPackage = (version: string, program = `'${main}'`, extra = ""): TestPackage => ({
  name: "muster-agent",
  version,
  body: Buffer.from(
    `#!/bin/sh\nexec '${process.execPath}' --import '${called(version)}' ${program} "$@" ${extra}\n`,
  ),
});
const shellPackage = (version: string, script: string): TestPackage => ({
  name: "muster-agent",
  version,
  body: Buffer.from(`#!/bin/sh\n[ "$1" = --version ] && { echo ${version}; exit 0; }\n${script}\n`),
});

const offer = (hash: string, text: string, packages: TestPackage[]) =>
  offerTarget(server, files, { hash, files: { "proxy.conf": text }, packages });
const toldVersion = () => {
  const described = server.messages.findLast(({ agentDescription }) => agentDescription)?.agentDescription;
  const told = described?.nonIdentifyingAttributes;
  const value = told?.find(({ key }) => key === "muster.agent.version")?.value?.value;
  return value?.case === "stringValue" ? value.value : null;
};
const installed = (allHash: string, name = "muster-agent") =>
  until(`${name} is told as installed`, () => {
    const told = toldOf(server, allHash, name);
    return told?.status === "Installed" && told.has === told.offered ? told : null;
  });
const failed = (allHash: string, name = "muster-agent") =>
  until(`${name} is told as failed`, () => {
    const told = toldOf(server, allHash, name);
    return told?.status === "InstallFailed" ? told : null;
  });
const answers = (text: string) =>
  until(`the answer "${text}"`, async () => (await proxyAnswer(port)) === text);
const status = (hash: string, text: string) =>
  until(`${text} ${hash}`, () => {
    const last = server.statuses.at(-1);
    return last?.hash === hash && last.status === text;
  });

/** Runs with the config `one` and nothing of the server's. */
async function enrolled(step?: string): Promise<string> {
  start(step);
  await until("the first message", () => server.messages[0]);
  const all = offer("a1", "one", []);
  await answers("1.0.0 one");
  await status("a1", "APPLIED");
  return all;
}

test("a new agent takes over with all of its target, stays, and goes when the server takes it away", async () => {
  await enrolled();
  expect(toldVersion()).toBe("9.0.0");
  const both = [proxyPackage("1.1.0"), agentPackage("9.1.0")];
  const all = offer("b2", "two", both);
  await installed(all);
  expect(toldOf(server, all, "proxy")).toMatchObject({ status: "Installed", has: "1.1.0" });
  expect(toldVersion()).toBe("9.1.0");
  await status("b2", "APPLIED");
  await answers("1.1.0 two");
  // Started anew, the proven one takes the process over: there is one agent, and no other watches over it.
  await end("SIGTERM");
  const said = server.messages.length;
  start();
  await until("another hello", () => server.messages.length > said);
  await until("the new version", () => toldVersion() === "9.1.0");
  await answers("1.1.0 two");
  const lock: { pid: number } = JSON.parse(readFileSync(join(stateDir, "lock"), "utf8"));
  expect(lock.pid).toBe(running?.pid);
  offer("a1", "one", []);
  await until("the installed version", () => toldVersion() === "9.0.0");
  await status("a1", "APPLIED");
  await answers("1.0.0 one");
  await until("nothing is left of the packages", () => readdirSync(join(stateDir, "packages")).length === 0);
  expect(readPicks(stateDir)).toMatchObject({ current: null, candidate: null, returned: null });
});

test.each<[string, TestPackage, RegExp, number]>([
  [
    "crashes",
    shellPackage("9.2.0", "echo 'no libfoo here' >&2; exit 3"),
    /agent 9\.2\.0: it exited with code 3: no libfoo/,
    60,
  ],
  [
    "never connects",
    agentPackage("9.2.0", undefined, "--endpoint ws://127.0.0.1:9/v1/opamp"),
    /agent 9\.2\.0: it was not connected/,
    3,
  ],
  [
    "hangs",
    shellPackage("9.2.0", "exec sleep 1000"),
    /agent 9\.2\.0: it was not connected and well in time/,
    1,
  ],
])("an agent that %s is given up, and all is as before", async (_, one, reason, probationSeconds) => {
  writeSettings(probationSeconds);
  await enrolled();
  const all = offer("b2", "two", [proxyPackage("1.1.0"), one]);
  const told = await failed(all);
  expect(told).toMatchObject({ has: "9.0.0", offered: "9.2.0" });
  expect(told.error).toMatch(reason);
  expect(toldOf(server, all, "proxy")).toMatchObject({ status: "InstallPending", has: "" });
  await status("b2", "FAILED");
  expect(toldVersion()).toBe("9.0.0");
  await answers("1.0.0 one");
  await until("nothing is left of the packages", () => readdirSync(join(stateDir, "packages")).length === 0);
  expect(readPicks(stateDir)).toMatchObject({ current: null, candidate: null, returned: null });
});

test.runIf(process.platform === "linux")(
  "an upgrade of the agent alone leaves the program running, also where it is given up or taken back",
  async () => {
    await enrolled();
    const { pid } = JSON.parse(readFileSync(join(stateDir, "child.json"), "utf8"));
    const child = () => JSON.parse(readFileSync(join(stateDir, "child.json"), "utf8")).pid;
    await installed(offer("a1", "one", [agentPackage("9.1.0")]));
    expect([toldVersion(), child()]).toEqual(["9.1.0", pid]);
    await failed(offer("a1", "one", [shellPackage("9.2.0", "exit 3")]));
    await until("the agent before", () => toldVersion() === "9.1.0" && server.connected);
    expect(child()).toBe(pid);
    offer("a1", "one", []);
    await until("the installed version", () => toldVersion() === "9.0.0");
    expect(child()).toBe(pid);
    await answers("1.0.0 one");
  },
);

test("after an agent that failed another one may come, and one that is misnamed is refused", async () => {
  await enrolled();
  await failed(offer("b2", "two", [shellPackage("9.2.0", "exit 3")]));
  await installed(offer("b3", "three", [agentPackage("9.3.0")]));
  const wrong = offer("b4", "four", [{ ...agentPackage("9.4.0"), version: "9.5.0" }]);
  expect((await failed(wrong)).error).toContain("says that it is version 9.4.0, not 9.5.0");
  await answers("1.0.0 three");
  expect(toldVersion()).toBe("9.3.0");
});

const target = () => [proxyPackage("1.1.0"), agentPackage("9.1.0")];

test.each(["downloading", "swapping", "reloading", "verified", "handing over"])(
  "killed at %s, the next start takes the whole target after all",
  async (step) => {
    await enrolled();
    await end("SIGTERM");
    const said = server.messages.length;
    start(step);
    const dead = new Promise((resolve) => running?.once("exit", (_, signal) => resolve(signal)));
    await until("a hello", () => server.messages.length > said);
    const all = offer("b2", "two", target());
    expect(await dead).toBe("SIGKILL");
    start();
    await installed(all);
    await installed(all, "proxy");
    await status("b2", "APPLIED");
    await answers("1.1.0 two");
    expect(toldVersion()).toBe("9.1.0");
  },
);

test("killed with the new agent on probation, the next start has the old one, and tells", async () => {
  await enrolled();
  const deaf = agentPackage("9.2.0", undefined, "--endpoint ws://127.0.0.1:9/v1/opamp");
  const all = offer("b2", "two", [proxyPackage("1.1.0"), deaf]);
  await until("the probation", () => readPicks(stateDir)?.candidate?.starts === 1);
  await until(
    `the new agent's program`,
    async () => (await proxyAnswer(port)) === "1.1.0 two" && existsSync(join(stateDir, "lock")),
  );
  const lock: { pid: number; identity: string } = JSON.parse(readFileSync(join(stateDir, "lock"), "utf8"));
  await end("SIGKILL");
  // It does not stay behind without the one that watched over it.
  await until("the end of the new one", () => processIdentity(lock.pid) !== lock.identity);
  start();
  expect((await failed(all)).error).toMatch(
    /agent 9\.2\.0: it (ended before it was connected|was not connected)/,
  );
  await status("b2", "FAILED");
  await answers("1.0.0 one");
  expect(toldVersion()).toBe("9.0.0");
});

test("killed once the new agent was proven, before it noted so, it stays", async () => {
  await enrolled();
  const mortal = agentPackage(
    "9.1.0",
    `"$([ "$1" = --version ] && echo '${main}' || echo '${doomed}')" $([ "$1" = --version ] || echo proven)`,
  );
  const all = offer("b2", "two", [proxyPackage("1.1.0"), mortal]);
  await until(`the end of both`, () => running?.exitCode !== null || running.signalCode !== null);
  expect(readPicks(stateDir)).toMatchObject({ current: { version: "9.1.0" }, candidate: null });
  start();
  await installed(all);
  await status("b2", "APPLIED");
  await answers("1.1.0 two");
  expect(toldVersion()).toBe("9.1.0");
});

test("an agent that somebody installs by hand runs in place of what the server brought", async () => {
  await enrolled();
  await installed(offer("b2", "two", [agentPackage("9.1.0")]));
  await end("SIGTERM");
  const picks = readPicks(stateDir);
  writeFileSync(
    join(stateDir, "agent-pick.json"),
    JSON.stringify({ ...picks, base: { ...picks?.base, version: "8.0.0" } }),
  );
  start();
  await until("the installed version", () => toldVersion() === "9.0.0");
  expect(log).toContain("agent 9.0.0 was installed in place of 8.0.0");
});
