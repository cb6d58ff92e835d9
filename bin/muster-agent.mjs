#!/usr/bin/env node
/** Starts the agent. Its source needs Node 22.18 or newer: an older one hands over to the Node in node_modules. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const [major, minor] = process.versions.node.split(".").map(Number);
const main = new URL("../agent/main.ts", import.meta.url);

if (major > 22 || (major === 22 && minor >= 18)) {
  await import(main.href);
} else {
  const pinned = fileURLToPath(new URL("../node_modules/.bin/node", import.meta.url));
  if (!existsSync(pinned)) {
    console.error(
      `muster-agent: Node ${process.versions.node} is too old; install Node 22.18 or newer, or run "npm ci" here`,
    );
    process.exit(1);
  }
  const child = spawn(pinned, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(signal ? 1 : code));
}
