/** Type-checks every room by its own tsconfig, with the native compiler. */
import { spawnSync } from "node:child_process";

const projects = [
  "domain",
  "protocol",
  "protocol/client",
  "db",
  "workers",
  "durable-objects",
  "agent",
  "cli",
  "dashboard",
  "scripts",
  "scripts/runtime/queue",
  "test",
  "test/tsconfig.workers.json",
];
const named = process.argv.slice(2);
let failed = 0;
for (const project of named.length > 0 ? named : projects) {
  const run = spawnSync(
    process.execPath,
    [
      "node_modules/typescript-native/bin/tsc",
      ...["-p", project, "--incremental"],
      ...["--tsBuildInfoFile", `node_modules/.cache/types/${project.replaceAll("/", "-")}.tsbuildinfo`],
    ],
    {
      stdio: "inherit",
    },
  );
  if (run.status !== 0) {
    failed++;
    console.error(`types: ${project} failed`);
  }
}
process.exit(failed === 0 ? 0 : 1);
