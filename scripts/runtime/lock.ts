import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startTimeOf } from "./processes.ts";

export class StateInUse extends Error {
  readonly pid: number;
  constructor(stateDir: string, pid: number) {
    super(
      `The state in ${stateDir} is in use by process ${pid}. Stop that one first (Ctrl-C in its terminal, or: kill ${pid}).`,
    );
    this.name = "StateInUse";
    this.pid = pid;
  }
}

function alive(pid: number, start: string | null): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return start === null || startTimeOf(pid) === start;
}

/** Takes `<dir>/<name>` for this process. Throws `StateInUse` while its holder lives; a dead holder's lock is taken over. */
export function takeLock(dir: string, name: string): () => void {
  const path = join(dir, name);
  const mine = `${path}.${process.pid}`;
  const text = JSON.stringify({ pid: process.pid, start: startTimeOf(process.pid) });
  writeFileSync(mine, text);
  try {
    for (let attempt = 0; attempt < 5; attempt++) {
      try {
        linkSync(mine, path);
        return () => {
          if (holder(path)?.text === text) rmSync(path, { force: true });
        };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const other = holder(path);
      if (other && alive(other.pid, other.start)) throw new StateInUse(dir, other.pid);
      rmSync(path, { force: true });
    }
    throw new Error(`Could not take the lock ${path}; remove it by hand if no Muster runs here.`);
  } finally {
    rmSync(mine, { force: true });
  }
}

function holder(path: string): { pid: number; start: string | null; text: string } | null {
  try {
    const text = readFileSync(path, "utf8");
    return { ...(JSON.parse(text) as { pid: number; start: string | null }), text };
  } catch {
    return null;
  }
}
