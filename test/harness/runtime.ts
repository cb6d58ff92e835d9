/**
 * The real local runtime for tests: both Workers in one workerd, as a process of its own that can be killed and
 * started again on the same state.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningRuntime, type SpawnRuntimeOptions, spawnRuntime } from "../../scripts/runtime/spawn.ts";

export type { RunningRuntime } from "../../scripts/runtime/spawn.ts";

/** A state directory of its own unless one is given. */
export function startRuntime(options: Partial<SpawnRuntimeOptions> = {}): Promise<RunningRuntime> {
  return spawnRuntime({ ...options, stateDir: options.stateDir ?? makeStateDir() });
}

export function makeStateDir(): string {
  return mkdtempSync(join(tmpdir(), "muster-"));
}
