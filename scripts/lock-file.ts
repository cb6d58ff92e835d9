/**
 * `node scripts/lock-file.ts`: completes package-lock.json after `npm install <package>`.
 * npm leaves other systems' optional packages out when the registry or the installed tree lacks them, and `npm ci`
 * then refuses the lock file on every system. Their versions are exact in the package that wants them; what cannot
 * be known here is their hash, and they are never installed on this system.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./runtime/paths.ts";

interface Entry {
  version?: string;
  resolved?: string;
  integrity?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  link?: boolean;
  optionalDependencies?: Record<string, string>;
}
interface Lock {
  packages: Record<string, Entry>;
}

const path = join(root, "package-lock.json");
export const readLock = (): Lock => JSON.parse(readFileSync(path, "utf8")) as Lock;

function resolves(lock: Lock, from: string, name: string): boolean {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
    if (lock.packages[`${folder === "" ? "" : `${folder}/`}node_modules/${name}`]) return true;
    if (folder === "") return false;
  }
}

/** Optional packages that some entry wants and no entry describes. */
export function missingOptional(lock: Lock): { name: string; version: string; dev: boolean }[] {
  return Object.entries(lock.packages).flatMap(([from, entry]) =>
    Object.entries(entry.optionalDependencies ?? {})
      .filter(([name]) => !resolves(lock, from, name))
      .map(([name, version]) => ({ name, version, dev: entry.dev ?? false })),
  );
}

const systems: Record<string, string> = { windows: "win32" };
const known = [
  "aix",
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "sunos",
  "win32",
];
const processors: Record<string, string> = { "64": "x64", armv7: "arm", wasm32: "wasm32" };

function platformOf(name: string): Pick<Entry, "os" | "cpu" | "libc"> {
  const parts = name.split("/").at(-1)?.split("-") ?? [];
  const os = parts.map((part) => systems[part] ?? part).find((part) => known.includes(part));
  const cpu = parts
    .map((part) => processors[part] ?? part)
    .find((part) => /^(x64|ia32|arm|arm64|ppc64|riscv64|s390x|wasm32)$/.test(part));
  const libc = parts.some((part) => part.startsWith("musl"))
    ? "musl"
    : os === "linux" && parts.some((part) => part.startsWith("gnu"))
      ? "glibc"
      : undefined;
  return {
    ...(os ? { os: [os] } : {}),
    ...(cpu ? { cpu: [cpu] } : {}),
    ...(libc ? { libc: [libc] } : {}),
  };
}

function complete(): void {
  const lock = readLock();
  const missing = missingOptional(lock);
  for (const { name, version, dev } of missing) {
    if (!/^\d+\.\d+\.\d+/.test(version)) throw new Error(`${name}: ${version} is not an exact version`);
    lock.packages[`node_modules/${name}`] = {
      version,
      ...platformOf(name),
      ...(dev ? { dev } : {}),
      optional: true,
    };
  }
  const { "": top, ...rest } = lock.packages;
  const sorted = Object.fromEntries(Object.entries(rest).sort(([a], [b]) => a.localeCompare(b, "en")));
  lock.packages = { ...(top ? { "": top } : {}), ...sorted };
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`package-lock.json: ${missing.length} packages of other systems added`);
}

if (import.meta.main) complete();
