#!/usr/bin/env node
// Starts cli/main.ts. Runs under any Node ≥ 20; a Node that cannot run TypeScript itself (< 22.18)
// hands over to the one that npm installed beside us.
import { spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import module from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(realpathSync(fileURLToPath(import.meta.url))), "..");
const entry = join(root, "cli", "main.ts");
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const ownWillDo = major > 22 || (major === 22 && minor >= 18);

if (!existsSync(join(root, "node_modules", "commander"))) {
  process.stderr.write(`muster: its packages are not installed. Run \`npm ci\` in ${root}.\n`);
  process.exit(1);
}
if (ownWillDo) {
  // Keeps compiled modules between runs: start-up takes half the time.
  module.enableCompileCache?.();
  const { runAsProgram } = await import(pathToFileURL(entry).href);
  await runAsProgram();
} else {
  const pinned = join(root, "node_modules", ".bin", "node");
  if (!existsSync(pinned)) {
    process.stderr.write(
      `muster: Node ${process.versions.node} is too old (22.18 or newer is needed) and there is no Node of npm's for this machine. Install a newer Node, or run \`npm ci\` on Linux.\n`,
    );
    process.exit(1);
  }
  const child = spawn(pinned, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    process.stderr.write(`muster: could not start ${pinned}: ${error.message}\n`);
    process.exit(1);
  });
  // A Ctrl-C may end it before it listens for signals.
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}
