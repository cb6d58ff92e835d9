/**
 * Runs the suites that need only npm: `npm test -- [unit|workers|e2e|hosts …] [filters and flags of vitest]`.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { buildDashboard } from "./dashboard.ts";
import { root } from "./runtime/paths.ts";

const suites = ["unit", "workers", "e2e", "hosts"];
const named = process.argv.slice(2).filter((argument) => suites.includes(argument));
const rest = process.argv.slice(2).filter((argument) => !suites.includes(argument));
const chosen = named.length > 0 ? named : ["unit", "workers", "e2e"];

if (chosen.includes("e2e")) buildDashboard();
const vitest = spawnSync(
  process.execPath,
  [
    join(root, "node_modules/vitest/vitest.mjs"),
    "run",
    ...chosen.flatMap((suite) => ["--project", suite]),
    ...rest,
  ],
  { cwd: root, stdio: "inherit" },
);
process.exit(vitest.status ?? 1);
