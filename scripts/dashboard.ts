/** Builds the dashboard when its sources have changed since the last build: `node scripts/dashboard.ts [--force]`. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { dashboardDir, root } from "./runtime/paths.ts";

const stampFile = join(root, "dist/dashboard.stamp");
/** What the bundle is made of. */
const sources = ["dashboard", "protocol", "domain", "package-lock.json"];

function filesUnder(path: string): string[] {
  const absolute = join(root, path);
  const entries = readdirSync(absolute, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

function fingerprint(): string {
  const hash = createHash("sha256");
  const files = sources.flatMap((path) => (path.includes(".") ? [join(root, path)] : filesUnder(path)));
  for (const file of files.filter((one) => !one.endsWith(".test.ts")).sort()) {
    hash.update(file.slice(root.length)).update("\0").update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

/** A runtime may be serving the folder: it goes on with the old one, which stays until the build after this. */
function swapIn(built: string): void {
  const old = `${dashboardDir}.old`;
  rmSync(old, { recursive: true, force: true });
  if (existsSync(dashboardDir)) renameSync(dashboardDir, old);
  renameSync(built, dashboardDir);
}

/** Answers whether it had to build. Throws with the builder's output when the build fails. */
export function buildDashboard(force = false): boolean {
  const wanted = fingerprint();
  const built = existsSync(join(dashboardDir, "index.html")) && existsSync(stampFile);
  if (!force && built && readFileSync(stampFile, "utf8") === wanted) return false;
  const fresh = `${dashboardDir}.new-${process.pid}`;
  const vite = spawnSync(
    process.execPath,
    [
      join(root, "node_modules/vite/bin/vite.js"),
      "build",
      "-c",
      "dashboard/vite.config.ts",
      "--outDir",
      fresh,
      "--emptyOutDir",
      "--logLevel",
      "warn",
    ],
    { cwd: root, encoding: "utf8" },
  );
  if (vite.status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    throw new Error(
      `The dashboard could not be built:\n${stripVTControlCharacters(vite.stdout + vite.stderr).slice(0, 3000)}`,
    );
  }
  swapIn(fresh);
  writeFileSync(stampFile, wanted);
  return true;
}

if (import.meta.main) {
  console.log(
    buildDashboard(process.argv.includes("--force")) ? "dashboard: built" : "dashboard: up to date",
  );
}
