/** Wipes the local state (`.muster/`): database, fleets, agents, keys, demo sign-in. */
import { existsSync, rmSync } from "node:fs";
import { stopLeftOverAgents } from "./demo/agents.ts";
import { StateInUse, takeLock } from "./runtime/lock.ts";
import { defaultStateDir } from "./runtime/paths.ts";

if (!existsSync(defaultStateDir)) {
  console.log("Nothing to reset: there is no .muster/ here.");
  process.exit(0);
}
try {
  takeLock(defaultStateDir, "start.lock");
  takeLock(defaultStateDir, "runtime.lock");
} catch (error) {
  if (!(error instanceof StateInUse)) throw error;
  console.error(error.message);
  process.exit(1);
}
await stopLeftOverAgents(defaultStateDir);
rmSync(defaultStateDir, { recursive: true, force: true });
console.log("Reset: .muster/ is gone. `npm start` begins anew.");
