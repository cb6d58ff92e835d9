import { readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { cpus, release, totalmem, uptime } from "node:os";
import type { Attributes } from "../../protocol/opamp/attributes.ts";
import { bootTime, localMounts } from "./proc.ts";

const maxFilesystems = 16;
/** By which share a filesystem must grow or shrink for another size to be told. */
const sizeChange = 0.05;

export type Filesystem = { path: string; type: string; bytes: number };

/** What a host is: told when the agent starts, and again when it has changed. */
export function hostFacts(proc = "/proc", osRelease = "/etc/os-release"): () => Promise<Attributes> {
  let told: Filesystem[] = [];
  return async () => {
    told = steadySizes(await filesystems(proc), told);
    return { ...ofSystem(proc, osRelease), "host.filesystems": told };
  };
}

function ofSystem(proc: string, osRelease: string): Attributes {
  const system = readOsRelease(read(osRelease));
  const [processor] = cpus();
  const booted = bootTime(read(`${proc}/stat`)) ?? Math.round(Date.now() / 1000 - uptime());
  return {
    ...(system.NAME && { "os.name": system.NAME }),
    ...(system.VERSION_ID && { "os.version": system.VERSION_ID }),
    "os.kernel.release": release(),
    "host.cpu.count": cpus().length,
    ...(processor?.model && { "host.cpu.model.name": processor.model.trim() }),
    "host.memory.total": totalmem(),
    "host.boot_time": new Date(booted * 1000).toISOString(),
  };
}

/** A dataset of ZFS is as large as what its pool has left for it, so its size changes with every write to the pool. */
export function steadySizes(now: readonly Filesystem[], known: readonly Filesystem[]): Filesystem[] {
  return now.map((one) => {
    const before = known.find(({ path, type }) => path === one.path && type === one.type);
    const same = before && Math.abs(one.bytes - before.bytes) < before.bytes * sizeChange;
    return same ? before : one;
  });
}

async function filesystems(proc: string): Promise<Filesystem[]> {
  const found: Filesystem[] = [];
  for (const { path, type } of localMounts(read(`${proc}/self/mounts`)).slice(0, maxFilesystems)) {
    try {
      const { blocks, bsize } = await statfs(path);
      found.push({ path, type, bytes: blocks * bsize });
    } catch {
      // Not for this user to see.
    }
  }
  return found;
}

/** `KEY=value` and `KEY="value"`, by os-release(5). */
export function readOsRelease(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/^([A-Z_]+)=(?:"([^"]*)"|'([^']*)'|(.*))$/gm)];
  return Object.fromEntries(
    pairs.map(([, key = "", ...values]) => [key, values.find((value) => value) ?? ""]),
  );
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
