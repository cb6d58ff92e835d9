/** An agent that ends, however it does, leaves its program running, and the next one goes on with it. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { until } from "../test/harness/until.ts";
import type { AgentSettings } from "./agent-settings.ts";
import { type ChildNote, endLeftProgram } from "./drivers/child-note.ts";
import { processIdentity } from "./process-identity.ts";
import { freePort, greeting, unvalidatedSettings } from "./testing/greeter-agent.ts";
import type { OpampServer } from "./testing/opamp-server.ts";
import { lastStatus, startAgent, startServer } from "./testing/start.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

vi.setConfig({ testTimeout: 120_000 });

const mainProgram = fileURLToPath(new URL("main.ts", import.meta.url));
const doomedAgent = fileURLToPath(new URL("testing/doomed-agent.ts", import.meta.url));
let server: OpampServer;
let settings: AgentSettings;
let stateDir: string;
let port: number;
const killed: ChildProcess[] = [];

beforeEach(async () => {
  server = await startServer();
  stateDir = temporaryFolder();
  port = await freePort();
  settings = unvalidatedSettings(server.endpoint, stateDir, port);
});
afterEach(async () => {
  for (const child of killed.splice(0)) child.kill("SIGKILL");
  await endLeftProgram(stateDir);
});

const note = () => JSON.parse(readFileSync(join(stateDir, "child.json"), "utf8")) as ChildNote;
const config = (name: string) => ({ "greeter.yaml": `greeting: ${name}\n` });
const applied = (hash: string) =>
  until(`APPLIED ${hash}`, () => lastStatus(server, "APPLIED")?.hash === hash);
const told = (from = 0) => server.messages.slice(from).flatMap(({ health }) => health ?? []);

/** An agent in a process of its own that runs the greeter with "one" until it is killed. */
async function killedAgent(step = "never"): Promise<ChildNote> {
  const child = spawn(process.execPath, [doomedAgent, server.endpoint, stateDir, String(port), step], {
    stdio: "ignore",
  });
  killed.push(child);
  const dead = new Promise((resolve) => child.once("exit", resolve));
  await until("a hello", () => server.connected && server.messages[0]);
  server.offer("a1", config("one"));
  if (step === "never") {
    await applied("a1");
    await until("it is told to be well", () => told().at(-1)?.healthy);
    child.kill("SIGKILL");
  }
  await dead;
  return note();
}

describe.runIf(process.platform === "linux")("the program of an agent that was killed", () => {
  test("goes on under the next one, which reloads it, and notices its end", async () => {
    const before = await killedAgent();
    const startedAt = told().at(-1)?.startTimeUnixNano;
    expect(await greeting(port)).toBe("one");
    const messages = server.messages.length;
    const lines: string[] = [];
    await startAgent(settings, lines);
    const health = await until("its health", () => told(messages).find(({ healthy }) => healthy));
    expect(health).toMatchObject({ status: "running", startTimeUnixNano: startedAt });
    expect(note()).toEqual(before);
    expect(lines.join("\n")).toContain(`(pid ${before.pid}) was left running by an agent before and goes on`);

    server.offer("b2", config("two"));
    await applied("b2");
    await until("the new greeting", async () => (await greeting(port)) === "two");
    expect(note().pid).toBe(before.pid);
    expect(told(messages).filter(({ healthy }) => !healthy)).toEqual([]);

    process.kill(before.pid, "SIGKILL");
    const end = await until("its end is told", () =>
      told(messages).find(({ status }) => status === "exited"),
    );
    expect(end.lastError).toMatch(/ended \(an agent before this one had started it, so nobody knows how\)/);
    await until("it runs again", async () => (await greeting(port)) === "two");
    expect(note().pid).not.toBe(before.pid);
  });

  test.each(["reloading", "verifying", "verified"])(
    "goes on where that was killed at %s, and takes the config after all",
    async (step) => {
      const agent = await startAgent(settings);
      await until("a hello", () => server.connected && server.messages[0]);
      server.offer("a0", config("none"));
      await applied("a0");
      await agent.stop("stays");
      const { pid } = note();
      expect((await killedAgent(step)).pid).toBe(pid);
      await startAgent(settings);
      await applied("a1");
      await until("the greeting", async () => (await greeting(port)) === "one");
      expect(note().pid).toBe(pid);
    },
  );

  test("takes the files that are put back, where the config that it was given is refused at last", async () => {
    const agent = await startAgent(settings);
    await until("a hello", () => server.connected && server.messages[0]);
    server.offer("a0", config("none"));
    await applied("a0");
    await agent.stop("stays");
    const { pid } = await killedAgent("verified");
    expect(await greeting(port)).toBe("one");
    const refusing = { command: ["false"], timeoutMs: 5_000 };
    await startAgent({
      ...settings,
      supervise: settings.supervise && { ...settings.supervise, validate: refusing },
    });
    await until("FAILED", () => lastStatus(server, "FAILED"));
    await until("the greeting before", async () => (await greeting(port)) === "none");
    expect(note().pid).toBe(pid);
  });
});

/** Starts the greeter under an agent, which then stops and leaves it. */
async function left(): Promise<ChildNote> {
  const agent = await startAgent(settings);
  await until("a hello", () => server.connected && server.messages[0]);
  server.offer("a1", config("one"));
  await applied("a1");
  await agent.stop("stays");
  expect(await greeting(port)).toBe("one");
  return note();
}

describe.runIf(process.platform === "linux")("the program that an agent left when it stopped", () => {
  test.each<[string, () => void, RegExp]>([
    ["command", () => settings.supervise?.args.unshift("--no-warnings"), /its command is another now/],
    [
      "environment",
      () => {
        if (settings.supervise) settings.supervise.env = { ADDED: "secret-word" };
      },
      /its environment is another now \(ADDED\)/,
    ],
    [
      "rights",
      () => {
        const { started, ...known } = note();
        if (started) started.origin.rights = "others";
        writeFileSync(join(stateDir, "child.json"), JSON.stringify({ ...known, started }));
      },
      /the agent's user, rights or limits are others now/,
    ],
    [
      "note of an older agent",
      () => {
        const { pid, identity } = note();
        writeFileSync(join(stateDir, "child.json"), JSON.stringify({ pid, identity }));
      },
      /an older agent started it/,
    ],
  ])("is started anew where its %s is not what is wanted", async (_, change, words) => {
    const before = await left();
    change();
    const lines: string[] = [];
    await startAgent(settings, lines);
    await until("the greeting", async () => (await greeting(port)) === "one");
    expect(note().pid).not.toBe(before.pid);
    expect(processIdentity(before.pid)).not.toBe(before.identity);
    expect(lines.join("\n")).toMatch(words);
    expect(lines.join("\n") + JSON.stringify(note())).not.toContain("secret-word");
  });

  test("is ended by `stop-program`, and not while an agent runs", async () => {
    const before = await left();
    const stopProgram = (...which: string[]) => {
      const words = [mainProgram, "stop-program", ...which];
      const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
      return { status, said: stdout + stderr };
    };
    const here = ["--state-dir", stateDir];
    const agent = await startAgent(settings);
    expect(stopProgram(...here)).toMatchObject({ status: 1, said: expect.stringMatching(/stop it first/) });
    await agent.stop("stays");
    expect(await greeting(port)).toBe("one");
    const file = join(stateDir, "agent.yaml");
    writeFileSync(file, `stateDir: ${stateDir}\nname: [`);
    expect(stopProgram("--config", file)).toMatchObject({ status: 1 });
    expect(await greeting(port)).toBe("one");
    writeFileSync(file, `stateDir: ${stateDir}\nname: \${OF_THE_SERVICE_ALONE}\n`);
    expect(stopProgram("--config", file)).toMatchObject({
      status: 0,
      said: expect.stringContaining(`(pid ${before.pid}) is ended`),
    });
    expect(await greeting(port)).toBeNull();
    expect(stopProgram(...here)).toMatchObject({ status: 0, said: "No program is left running.\n" });
  });

  test("is ended by an agent whose settings name none any more", async () => {
    const before = await left();
    const lines: string[] = [];
    await startAgent({ ...settings, supervise: null }, lines);
    expect(processIdentity(before.pid)).toBeNull();
    expect(lines.join("\n")).toContain(`(pid ${before.pid}) that the settings named before is ended`);
  });

  test("is ended by an agent that was told to end with what it ran", async () => {
    const before = await left();
    const agent = await startAgent(settings);
    await agent.stop();
    expect(processIdentity(before.pid)).toBeNull();
    expect(await greeting(port)).toBeNull();
  });
});
