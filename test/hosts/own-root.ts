import { execFile, execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Ran {
  status: number | null;
  /** What it wrote, both streams. */
  output: string;
}

/**
 * A root of its own that looks like this machine's: what is installed there is written beside, and gone with it.
 * Processes and the network are this machine's.
 */
export interface OwnRoot {
  path: string;
  run(program: string, ...args: string[]): Promise<Ran>;
  /** Throws with what it wrote when it fails. */
  must(program: string, ...args: string[]): Promise<string>;
  /** Ends what still runs in it. */
  remove(): void;
}

export function makeOwnRoot(): OwnRoot {
  const base = mkdtempSync(join(tmpdir(), "muster-root-"));
  // Not every file system can lie under an overlay's writable part; a tmpfs can.
  execFileSync("mount", ["-t", "tmpfs", "tmpfs", base]);
  const path = join(base, "root");
  const parts = { upper: join(base, "upper"), work: join(base, "work"), path };
  for (const folder of Object.values(parts)) mkdirSync(folder);
  const overlay = `lowerdir=/,upperdir=${parts.upper},workdir=${parts.work}`;
  execFileSync("mount", ["-t", "overlay", "overlay", "-o", overlay, path]);
  for (const shared of ["proc", "dev"]) execFileSync("mount", ["--rbind", `/${shared}`, join(path, shared)]);
  const env = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", HOME: "/root" };
  const run = (program: string, ...args: string[]) =>
    new Promise<Ran>((resolve) => {
      const child = execFile(
        "chroot",
        [path, program, ...args],
        { env, timeout: 120_000 },
        (_error, stdout, stderr) => resolve({ status: child.exitCode, output: `${stdout}${stderr}` }),
      );
    });
  return {
    path,
    run,
    async must(program, ...args) {
      const ran = await run(program, ...args);
      if (ran.status === 0) return ran.output;
      throw new Error(`${[program, ...args].join(" ")} ended with ${ran.status}:\n${ran.output}`);
    },
    remove() {
      for (const pid of processesIn(path)) process.kill(pid, "SIGKILL");
      spawnSync("umount", ["-l", "-R", path]);
      spawnSync("umount", ["-l", base]);
      rmSync(base, { recursive: true, force: true });
    },
  };
}

function processesIn(root: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/root`) === root;
      } catch {
        return false;
      }
    })
    .map(Number);
}
