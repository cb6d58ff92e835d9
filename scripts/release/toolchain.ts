import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readLock } from "../lock-file.ts";
import { root } from "../runtime/paths.ts";
import type { Target } from "./targets.ts";

/** Bun's own installer moves the program of this platform into the package `bun`; without it, it stays in its own. */
export function bunCompiler(): string {
  const host = `@oven/bun-${process.platform}-${process.arch === "arm64" ? "aarch64" : process.arch}`;
  const places = [`node_modules/${host}/bin/bun`, "node_modules/bun/bin/bun.exe"].map((path) =>
    join(root, path),
  );
  const found = places.find((path) => existsSync(path) && spawnSync(path, ["--version"]).status === 0);
  if (found) return found;
  throw new Error(
    `Bun is not installed for ${process.platform}-${process.arch}: run \`npm ci\`, then again.`,
  );
}

/**
 * Bun's runtime for `target`: fetched once from the npm registry, refused unless it has the hash that package-lock.json
 * holds, and kept in `cache`.
 */
export function bunRuntime(target: Target, cache: string): string {
  const entry = readLock().packages[`node_modules/${target.runtime}`];
  if (!entry?.version || !entry.integrity)
    throw new Error(`package-lock.json has no hash of ${target.runtime}; run \`npm install\` with a network`);
  const folder = join(cache, `${target.bun}-${entry.version}`);
  const program = join(folder, "package/bin/bun");
  if (existsSync(program)) return program;
  const fresh = `${folder}.new-${process.pid}`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  try {
    run("npm", ["pack", `${target.runtime}@${entry.version}`, "--pack-destination", fresh, "--silent"]);
    const [packed] = readdirSync(fresh);
    if (!packed) throw new Error(`npm fetched nothing for ${target.runtime}`);
    const archive = join(fresh, packed);
    const integrity = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
    if (integrity !== entry.integrity)
      throw new Error(`${target.runtime}@${entry.version} has another hash than package-lock.json says`);
    run("tar", ["-xzf", archive, "-C", fresh, "package/bin/bun"]);
    rmSync(archive);
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return program;
}

/** Runs a program to its end and answers its output. Throws with what it said when it fails. */
export function run(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): string {
  const made = spawnSync(program, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (made.error) throw new Error(`${program} could not be started: ${made.error.message}`);
  if (made.status !== 0)
    throw new Error(`${program} ${args[0] ?? ""} failed:\n${`${made.stdout}${made.stderr}`.slice(-3000)}`);
  return made.stdout;
}
