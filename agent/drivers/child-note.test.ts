import { spawn } from "node:child_process";
import { chownSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { processIdentity } from "../process-identity.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { endLeftProgram, originOf } from "./child-note.ts";

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
    expect(await endLeftProgram(others.stateDir)).toBeNull();
    expect(processIdentity(others.pid)).not.toBeNull();
    const own = noted(0);
    expect(await endLeftProgram(own.stateDir)).toBe(own.pid);
    expect(processIdentity(own.pid)).toBeNull();
    expect(existsSync(own.note)).toBe(false);
  },
);

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
