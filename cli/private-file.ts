import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Failure } from "./exit-codes.ts";

const lockStaleMs = 60_000;
const lockWaitMs = 90_000;

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** True when a process with this id is surely not running; a lock just made has no id in it yet. */
function isGone(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return hasCode(error, "ESRCH");
  }
}

export interface PrivateFile {
  path: string;
  /** Null when there is none. Refuses a file that others than its owner may read. */
  read(): Promise<string | null>;
  /** Reads, changes and writes whole while no other `muster` does. `null` removes the file. */
  update(change: (text: string | null) => Promise<string | null>): Promise<void>;
}

/** What only others' rights are; Windows has none of these. */
const othersRights = process.platform === "win32" ? 0 : 0o077;

/** A file of mode 0600 in a folder of mode 0700, for credentials. */
export function privateFile(path: string): PrivateFile {
  const lockPath = `${path}.lock`;

  async function read(): Promise<string | null> {
    try {
      const file = await open(path, "r");
      try {
        const { mode } = await file.stat();
        if ((mode & othersRights) !== 0) {
          throw new Failure(
            "failed",
            `${path} holds credentials, and others on this machine may read it (mode 0${(mode & 0o777).toString(8)}). Run: chmod 600 '${path}'`,
          );
        }
        return await file.readFile("utf8");
      } finally {
        await file.close();
      }
    } catch (error) {
      if (hasCode(error, "ENOENT")) return null;
      if (error instanceof Failure) throw error;
      throw new Failure("failed", `${path} cannot be read. Check who may read it.`);
    }
  }

  async function write(text: string): Promise<void> {
    const draft = `${path}.${randomUUID()}`;
    const file = await open(draft, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  }

  async function breakStaleLock(): Promise<void> {
    try {
      const holder = Number(await readFile(lockPath, "utf8"));
      const { mtimeMs } = await stat(lockPath);
      if (!isGone(holder) && Date.now() - mtimeMs < lockStaleMs) return;
      // Renamed first, so that of two that find it stale only one removes it.
      const aside = `${lockPath}.${randomUUID()}`;
      await rename(lockPath, aside);
      await rm(aside, { force: true });
    } catch (error) {
      if (!hasCode(error, "ENOENT")) throw error;
    }
  }

  async function lock(): Promise<() => Promise<void>> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const giveUpAt = Date.now() + lockWaitMs;
    for (;;) {
      try {
        const file = await open(lockPath, "wx", 0o600);
        await file.writeFile(String(process.pid));
        await file.close();
        return () => rm(lockPath, { force: true });
      } catch (error) {
        if (!hasCode(error, "EEXIST")) {
          throw new Failure("failed", `${dirname(path)} cannot be written. Check who may write there.`);
        }
      }
      if (Date.now() > giveUpAt) {
        throw new Failure(
          "failed",
          `Another muster holds ${lockPath}. Wait for it to end, or delete that file.`,
        );
      }
      await breakStaleLock();
      await delay(25 + Math.random() * 50);
    }
  }

  return {
    path,
    read,
    async update(change) {
      const unlock = await lock();
      try {
        const next = await change(await read());
        if (next === null) await rm(path, { force: true });
        else await write(next);
      } finally {
        await unlock();
      }
    },
  };
}
