import { spawn } from "node:child_process";
import { chownSync, existsSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { until } from "../../test/harness/until.ts";
import { processIdentity } from "../process-identity.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { endLeftProgram, endNoted, originOf } from "./child-note.ts";

const nobody = 65_534;
const cleanups: (() => unknown)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** A process group of ours, and a note of it that `owner` wrote. */
function noted(owner: number) {
  const child = spawn("sleep", ["86400"], { stdio: "ignore", detached: true });
  cleanups.push(() => child.kill("SIGKILL"));
  const pid = child.pid ?? 0;
  const stateDir = temporaryFolder();
  const note = join(stateDir, "child.json");
  writeFileSync(note, JSON.stringify({ pid, identity: processIdentity(pid) }));
  chownSync(note, owner, owner);
  return { pid, stateDir, note };
}

test.runIf(process.platform === "linux" && process.getuid?.() === 0)(
  "root ends nobody else's process for another user's note",
  async () => {
    const others = noted(nobody);
    await expect(endLeftProgram(others.stateDir)).rejects.toThrow(/is not the agent's user's/);
    expect(processIdentity(others.pid)).not.toBeNull();
    expect(existsSync(others.note)).toBe(true);
    // A file that root wrote, in a folder in which another may rename it.
    const swapped = noted(0);
    chownSync(swapped.stateDir, nobody, nobody);
    await expect(endLeftProgram(swapped.stateDir)).rejects.toThrow(/is not the agent's user's/);
    expect(processIdentity(swapped.pid)).not.toBeNull();
    const own = noted(0);
    expect(await endLeftProgram(own.stateDir)).toBe(own.pid);
    expect(processIdentity(own.pid)).toBeNull();
    expect(existsSync(own.note)).toBe(false);
  },
);

test("a note is read through no link", async () => {
  const { pid, stateDir, note } = noted(process.getuid?.() ?? 0);
  const elsewhere = join(temporaryFolder(), "child.json");
  renameSync(note, elsewhere);
  symlinkSync(elsewhere, note);
  expect(await endLeftProgram(stateDir)).toBeNull();
  expect(processIdentity(pid)).not.toBeNull();
});

/** A program, and a worker of its group that takes no notice of SIGTERM. */
async function withWorker() {
  const stubborn = `process.on("SIGTERM", () => {}); process.send(process.pid); setInterval(() => {}, 9e5)`;
  const master = `const { spawn } = require("node:child_process");
    spawn(process.execPath, ["-e", ${JSON.stringify(stubborn)}], { stdio: ["ignore", "ignore", "ignore", "ipc"] })
      .on("message", (pid) => process.send(pid))`;
  const child = spawn(process.execPath, ["-e", master], {
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    detached: true,
  });
  cleanups.push(() => child.kill("SIGKILL"));
  const worker = await new Promise<number>((resolve) => child.once("message", resolve));
  const pid = child.pid ?? 0;
  return { child, worker, note: { pid, identity: processIdentity(pid) ?? "" } };
}

describe.runIf(process.platform === "linux")("what is left of a program's group", () => {
  test("ends with the program", async () => {
    const { note, worker } = await withWorker();
    const stateDir = temporaryFolder();
    writeFileSync(join(stateDir, "child.json"), JSON.stringify(note));
    expect(await endLeftProgram(stateDir)).toBe(note.pid);
    await until("the worker's end", () => processIdentity(worker) === null);
  });

  test("is ended by the next agent where the program has ended meanwhile", async () => {
    const { child, note, worker } = await withWorker();
    child.kill("SIGKILL");
    await until("the program's end", () => processIdentity(note.pid) === null);
    expect(processIdentity(worker)).not.toBeNull();
    await endNoted(note, 0);
    await until("the worker's end", () => processIdentity(worker) === null);
  });
});

test.runIf(process.platform === "linux")(
  "what differs from one start to the next is no other environment",
  () => {
    const origin = (env: NodeJS.ProcessEnv) => originOf(["proxy"], { cwd: "/", env })?.environment;
    const before = origin({
      PATH: "/bin",
      INVOCATION_ID: "1",
      JOURNAL_STREAM: "8:1",
      SSH_CLIENT: "a",
      SHLVL: "1",
    });
    expect(origin({ PATH: "/bin", INVOCATION_ID: "2", SYSTEMD_EXEC_PID: "7", TERM: "xterm" })).toEqual(
      before,
    );
    expect(origin({ PATH: "/bin", LEVEL: "info" })).not.toEqual(before);
  },
);
