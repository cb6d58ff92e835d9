import { readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { cpus, release, totalmem, uptime } from "node:os";
import type { Attributes } from "../../protocol/opamp/attributes.ts";
import { bootTime, localMounts } from "./proc.ts";

const maxFilesystems = 16;

/** What a host is: told when the agent starts, and again when it has changed. */
export async function hostFacts(proc = "/proc", osRelease = "/etc/os-release"): Promise<Attributes> {
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
    "host.filesystems": await filesystems(proc),
  };
}

async function filesystems(proc: string): Promise<Attributes[]> {
  const found: Attributes[] = [];
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
