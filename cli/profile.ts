import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { Failure } from "./exit-codes.ts";
import type { Io } from "./io.ts";

const credential = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("session"),
    email: z.string(),
    refreshToken: z.string(),
    accessToken: z.string(),
    /** Epoch ms by this machine's clock. */
    accessExpiresAt: z.number(),
  }),
  z.object({ kind: z.literal("api_key"), apiKey: z.string() }),
]);
export type Credential = z.infer<typeof credential>;

const profile = z.object({
  version: z.literal(1),
  url: z.string(),
  credential: credential.nullable(),
  /** Ids chosen with `muster use`. */
  context: z.object({
    org: z.string().optional(),
    project: z.string().optional(),
    fleet: z.string().optional(),
  }),
});
export type Profile = z.infer<typeof profile>;

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

/** `$XDG_CONFIG_HOME/muster/profile.json`, or the same under `~/.config`. */
export function profilePath(env: Io["env"]): string {
  const base = env.XDG_CONFIG_HOME || join(env.HOME || homedir(), ".config");
  return join(base, "muster", "profile.json");
}

export interface ProfileStore {
  path: string;
  read(): Promise<Profile | null>;
  /** Reads, changes and writes while no other `muster` does. `null` removes the file. */
  update(change: (current: Profile | null) => Promise<Profile | null> | Profile | null): Promise<void>;
}

export function profileStore(path: string): ProfileStore {
  const lockPath = `${path}.lock`;

  async function read(): Promise<Profile | null> {
    let text: string;
    try {
      text = await readFile(path, "utf8");
    } catch (error) {
      if (hasCode(error, "ENOENT")) return null;
      throw new Failure("failed", `The profile ${path} cannot be read. Check who may read it.`);
    }
    try {
      return profile.parse(JSON.parse(text));
    } catch {
      throw new Failure("failed", `The profile ${path} is damaged. Delete it and run \`muster login\`.`);
    }
  }

  async function write(next: Profile): Promise<void> {
    const draft = `${path}.${randomUUID()}`;
    const file = await open(draft, "wx", 0o600);
    try {
      await file.writeFile(`${JSON.stringify(next, null, 2)}\n`);
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
