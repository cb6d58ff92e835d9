/** Disks that are full, read-only or not the agent's: the old config stays, and the server is told why. */
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test, vi } from "vitest";
import { configMapFrom } from "../protocol/opamp/config-map.ts";
import { until } from "../test/harness/until.ts";
import { spawnNoted } from "./drivers/noted-spawn.ts";
import { processIdentity } from "./process-identity.ts";
import { filesSettings, freePort } from "./testing/greeter-agent.ts";
import type { OpampServer } from "./testing/opamp-server.ts";
import { lastStatus, startAgent, startServer } from "./testing/start.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

vi.setConfig({ testTimeout: 120_000 });

const mortalAgent = fileURLToPath(new URL("testing/mortal-agent.ts", import.meta.url));
const isRoot = process.getuid?.() === 0;
/** Mounts in a namespace of our own need a kernel and a container that allow it. */
const canMount = spawnSync("unshare", ["-m", "true"]).status === 0;
const nobody = 65_534;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const files = (title: string) => ({
  "a.conf": `${title}\n`,
  "sub/b.conf": `${title}\n`,
  "c.conf": `${title}\n`,
});

const outcome = (server: OpampServer, hash: string, status: string) =>
  until(`${status} ${hash}`, () => server.statuses.find((one) => one.hash === hash && one.status === status));

/** What the newest report says is in place. */
const reported = (server: OpampServer) =>
  configMapFrom(
    server.messages.findLast((message) => message.effectiveConfig)?.effectiveConfig?.configMap,
  ).map(({ name, content }) => `${name}: ${content.trim()}`);

const all = (title: string) => ["a.conf", "c.conf", "sub/b.conf"].map((name) => `${name}: ${title}`);

/** An agent whose state folder is a disk of its own of 256 KiB; `fill` and `free` say how much of it others use. */
async function agentOnSmallDisk(server: OpampServer) {
  const stateDir = temporaryFolder();
  const script = `mount -t tmpfs -o size=256k,mode=700 none "$1" || exit 9; exec "$2" "$3" "$4" "$1"`;
  const words = ["-m", "sh", "-c", script, "sh", stateDir, process.execPath, mortalAgent, server.endpoint];
  const child = spawn("unshare", words, { stdio: "ignore" });
  cleanups.push(async () => {
    const dead = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await dead;
  });
  await until("a hello", () => server.messages[0]);
  /** The disk as the agent sees it. */
  const path = (name: string) => `/proc/${child.pid}/root${stateDir}/${name}`;
  const ballast = path("ballast");
  return {
    path,
    fill: () => spawnSync("sh", ["-c", `dd if=/dev/zero bs=1k of="${ballast}" 2>/dev/null; true`]),
    free: () => spawnSync("rm", ["-f", ballast]),
  };
}

describe.skipIf(!isRoot || !canMount)("on a disk that is full", () => {
  test("a config is refused with the reason, the old one stays in place, and the next is taken once there is room", async () => {
    const server = await startServer();
    const disk = await agentOnSmallDisk(server);
    server.offer("a1", files("one"));
    await outcome(server, "a1", "APPLIED");
    disk.fill();
    server.offer("b2", files("two"));
    const failed = await outcome(server, "b2", "FAILED");
    expect(failed.error).toMatch(
      /the config cannot be stored: cannot (write|open) .*the disk is full; free some/,
    );
    expect(reported(server)).toEqual(all("one"));
    expect(readdirSync(disk.path("config")).sort()).toEqual(["a.conf", "c.conf", "sub"]);
    disk.free();
    server.offer("c3", files("three"));
    await outcome(server, "c3", "APPLIED");
    expect(reported(server)).toEqual(all("three"));
  });

  test("a config that breaks the program is undone without any room, since the old files are at hand", async () => {
    const server = await startServer();
    const disk = await agentOnSmallDisk(server);
    server.offer("a1", files("one"));
    await outcome(server, "a1", "APPLIED");
    server.offer("b2", files("bad"));
    await until("the new files", () => readFileSync(disk.path("config/a.conf"), "utf8") === "bad\n");
    disk.fill();
    const failed = await outcome(server, "b2", "FAILED");
    expect(failed.error).toMatch(/exited with code 1|the disk is full/);
    expect(failed.error).not.toContain("the config before it does not work either");
    expect(reported(server)).toEqual(all("one"));
  });
});

describe.skipIf(!isRoot)("as a user without rights", () => {
  async function agentOfNobody(server: OpampServer, configDir: string, stateDir: string) {
    chownSync(stateDir, nobody, nobody);
    const runner = `
      import { runAgent } from ${JSON.stringify(fileURLToPath(new URL("run.ts", import.meta.url)))};
      await runAgent(JSON.parse(process.argv[1]), (level, line) => console.error(level, line));`;
    const settings = { ...filesSettings(server.endpoint, stateDir), configDir };
    const child = spawn(
      process.execPath,
      ["--input-type=module", "--eval", runner, JSON.stringify(settings)],
      { stdio: "ignore", uid: nobody, gid: nobody, env: { PATH: process.env.PATH, HOME: stateDir } },
    );
    cleanups.push(() => child.kill("SIGKILL"));
    await until("a hello", () => server.messages[0]);
    return child;
  }

  test("it runs, writes what it may, and says which right it misses", async () => {
    const server = await startServer();
    const configDir = temporaryFolder();
    const stateDir = temporaryFolder();
    chmodSync(configDir, 0o755);
    await agentOfNobody(server, configDir, stateDir);
    server.offer("a1", { "app.conf": "one" });
    const failed = await outcome(server, "a1", "FAILED");
    expect(failed.error).toMatch(
      /cannot open .*app\.conf: the agent's user nobody \(uid 65534\) has no right to/,
    );
    expect(readdirSync(configDir)).toEqual([]);
    chownSync(configDir, nobody, nobody);
    server.offer("b2", { "app.conf": "two" });
    await outcome(server, "b2", "APPLIED");
    expect(readFileSync(join(configDir, "app.conf"), "utf8")).toBe("two");
    expect(statSync(join(configDir, "app.conf")).uid).toBe(nobody);
  });

  test("a file that is read-only is replaced and stays so, since the folder may be written", async () => {
    const server = await startServer();
    const configDir = temporaryFolder();
    chownSync(configDir, nobody, nobody);
    writeFileSync(join(configDir, "app.conf"), "local", { mode: 0o444 });
    await agentOfNobody(server, configDir, temporaryFolder());
    server.offer("a1", { "app.conf": "one" });
    await outcome(server, "a1", "APPLIED");
    expect(readFileSync(join(configDir, "app.conf"), "utf8")).toBe("one");
    expect(statSync(join(configDir, "app.conf")).mode & 0o777).toBe(0o444);
  });

  test("of several files one cannot be replaced: none is", async () => {
    const server = await startServer();
    const configDir = temporaryFolder();
    chownSync(configDir, nobody, nobody);
    mkdirSync(join(configDir, "sub"), { mode: 0o755 });
    writeFileSync(join(configDir, "sub/b.conf"), "local", { mode: 0o444 });
    await agentOfNobody(server, configDir, temporaryFolder());
    server.offer("a1", files("one"));
    expect((await outcome(server, "a1", "FAILED")).error).toMatch(/cannot open .*sub\/b\.conf/);
    expect(readdirSync(configDir)).toEqual(["sub"]);
    expect(readFileSync(join(configDir, "sub/b.conf"), "utf8")).toBe("local");
  });
});

describe.skipIf(!isRoot || !canMount)("on a file system that is mounted read-only", () => {
  test("it says so", async () => {
    const server = await startServer();
    const stateDir = temporaryFolder();
    const script = `mkdir "$1/config" && mount -t tmpfs -o ro none "$1/config" || exit 9; exec "$2" "$3" "$4" "$1"`;
    const words = ["-m", "sh", "-c", script, "sh", stateDir, process.execPath, mortalAgent, server.endpoint];
    const child = spawn("unshare", words, { stdio: "ignore" });
    cleanups.push(() => child.kill("SIGKILL"));
    await until("a hello", () => server.messages[0]);
    server.offer("a1", files("one"));
    const failed = await outcome(server, "a1", "FAILED");
    expect(failed.error).toMatch(
      /config\/.*: it is on a read-only file system; mount that writable.* \(EROFS\)/,
    );
  });
});

describe("links that somebody planted", () => {
  test("a file that leads elsewhere is neither read, reported nor written through", async () => {
    const server = await startServer();
    const settings = filesSettings(server.endpoint, temporaryFolder());
    const secret = join(temporaryFolder(), "shadow");
    writeFileSync(secret, "root:secret");
    await startAgent(settings);
    await until("a hello", () => server.messages[0]);
    symlinkSync(secret, join(settings.configDir, "app.conf"));
    server.offer("a1", { "app.conf": "one" });
    expect((await outcome(server, "a1", "FAILED")).error).toMatch(/app\.conf is a link that leads out of/);
    server.offer("b2", { "other.conf": "two" });
    await outcome(server, "b2", "APPLIED");
    symlinkSync(secret, join(settings.configDir, "late"));
    server.offer("c3", { "other.conf": "three", late: "x" });
    await outcome(server, "c3", "FAILED");
    expect(reported(server)).toEqual(["other.conf: two"]);
    expect(readFileSync(secret, "utf8")).toBe("root:secret");
    const kept = readdirSync(settings.stateDir, { recursive: true, encoding: "utf8" })
      .map((name) => join(settings.stateDir, name))
      .filter((path) => statSync(path).isFile() && !path.startsWith(settings.configDir))
      .map((path) => readFileSync(path, "utf8"));
    expect(kept.join()).not.toContain(Buffer.from("root:secret").toString("base64"));
  });

  test("a managed file that becomes a link to elsewhere counts as missing, and is put right by the next config", async () => {
    const server = await startServer();
    const settings = filesSettings(server.endpoint, temporaryFolder());
    const secret = join(temporaryFolder(), "shadow");
    writeFileSync(secret, "root:secret");
    await startAgent(settings);
    await until("a hello", () => server.messages[0]);
    server.offer("a1", { "app.conf": "one", "b.conf": "one" });
    await outcome(server, "a1", "APPLIED");
    spawnSync("ln", ["-sf", secret, join(settings.configDir, "app.conf")]);
    await until("a report without it", () => reported(server).join() === "b.conf: one");
    server.offer("b2", { "app.conf": "two", "b.conf": "two" });
    await outcome(server, "b2", "APPLIED");
    expect(readFileSync(secret, "utf8")).toBe("root:secret");
    expect(reported(server)).toEqual(["app.conf: two", "b.conf: two"]);
  });

  test("nothing is written aside through a link either", async () => {
    const server = await startServer();
    const settings = filesSettings(server.endpoint, temporaryFolder());
    const victim = join(temporaryFolder(), "victim");
    writeFileSync(victim, "untouched");
    await startAgent(settings);
    await until("a hello", () => server.messages[0]);
    symlinkSync(victim, join(settings.configDir, ".app.conf.muster-new"));
    symlinkSync(victim, join(settings.configDir, ".app.conf.muster-old"));
    server.offer("a1", { "app.conf": "one" });
    await outcome(server, "a1", "APPLIED");
    expect(readFileSync(victim, "utf8")).toBe("untouched");
    expect(readdirSync(settings.configDir)).toEqual(["app.conf"]);
  });
});

test("a port that another program holds fails the config with the program's words, and the old one serves on", async () => {
  const server = await startServer();
  const port = await freePort();
  const stateDir = temporaryFolder();
  const program = `
    import { readFileSync } from "node:fs";
    import { createServer } from "node:http";
    const port = Number(readFileSync(process.env.MUSTER_CONFIG_DIR + "/port", "utf8"));
    createServer((_, answer) => answer.end("ok")).listen(port, "127.0.0.1");`;
  await startAgent({
    ...filesSettings(server.endpoint, stateDir),
    supervise: {
      command: process.execPath,
      args: ["--input-type=module", "--eval", program],
      cwd: stateDir,
      env: {},
      validate: null,
      reload: { kind: "restart" },
      verify: {
        probe: { kind: "http", url: `http://127.0.0.1:${port}/` },
        failOnOutput: null,
        timeoutMs: 20_000,
      },
      stopGraceMs: 2_000,
      version: null,
    },
  });
  await until("a hello", () => server.messages[0]);
  server.offer("a1", { port: String(port) });
  await outcome(server, "a1", "APPLIED");
  const taken = new URL(server.endpoint).port;
  server.offer("b2", { port: taken });
  const failed = await outcome(server, "b2", "FAILED");
  expect(failed.error).toMatch(/exited with code 1: [\s\S]*EADDRINUSE/);
  expect(failed.error).not.toContain("does not work either");
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe("ok");
});

test("takes as many configs in an hour as its budget allows, then only a return and what a person asks for again", async () => {
  const server = await startServer();
  const settings = { ...filesSettings(server.endpoint, temporaryFolder()), applyBudget: 2 };
  const agent = await startAgent(settings);
  await until("a hello", () => server.messages[0]);
  for (const hash of ["a1", "b2"]) {
    server.offer(hash, { "app.conf": hash });
    await outcome(server, hash, "APPLIED");
  }
  server.offer("c3", { "app.conf": "c3" });
  const refused = await outcome(server, "c3", "FAILED");
  expect(refused.error).toMatch(/has taken 2 configs within the last hour, and its applyBudget allows 2/);
  expect(reported(server)).toEqual(["app.conf: b2"]);
  await agent.stop();
  const said = server.statuses.length;
  await startAgent(settings);
  await until("a hello", () => server.statuses.length > said);
  server.offer("d4", { "app.conf": "d4" });
  await outcome(server, "d4", "FAILED");
  server.offer("a1", { "app.conf": "a1" });
  await until("a return", () => lastStatus(server, "APPLIED")?.hash === "a1");
  server.offer("e5", { "app.conf": "e5" });
  await outcome(server, "e5", "FAILED");
  server.offer("e5", { "app.conf": "e5" });
  await outcome(server, "e5", "APPLIED");
});

test("refuses a state folder that everybody may write into", async () => {
  const stateDir = temporaryFolder();
  chmodSync(stateDir, 0o777);
  await expect(startAgent(filesSettings("ws://127.0.0.1:1/v1/opamp", stateDir))).rejects.toThrow(
    /everybody may write into .*chmod 700/,
  );
});

test("a program does not run before the agent has noted it, and never when the agent could not", async () => {
  const folder = temporaryFolder();
  const sink = openSync(join(folder, "said"), "w+");
  cleanups.push(() => closeSync(sink));
  const context = { cwd: folder, env: { ...process.env, "odd.name": "kept" } };
  const start = (note: (pid: number) => void) => spawnNoted(["printenv", "odd.name"], context, sink, note);
  const said = () => readFileSync(join(folder, "said"), "utf8");
  let waiting = 0;
  expect(() =>
    start((pid) => {
      waiting = pid;
      throw new Error("killed");
    }),
  ).toThrow("killed");
  await until("its end", () => processIdentity(waiting) === null);
  expect(said()).toBe("");
  const child = start((pid) => {
    expect(processIdentity(pid)).not.toBeNull();
    expect(said()).toBe("");
  });
  await new Promise((resolve) => child.once("exit", resolve));
  expect(said()).toBe("kept\n");
});
