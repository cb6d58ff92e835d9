/**
 * The local runtime as a process of its own:
 *   node scripts/runtime/main.ts --state-dir DIR [--port N] [--var NAME=VALUE]… [--cron-interval-ms N] [--releases DIR]
 *     [--with-parent]
 * Prints one JSON line when ready; SIGINT and SIGTERM stop it. With `--with-parent` it also stops when stdin ends.
 */
import { parseArgs } from "node:util";
import { StateInUse } from "./lock.ts";
import { defaultStateDir } from "./paths.ts";
import { openRuntime } from "./runtime.ts";

const { values } = parseArgs({
  options: {
    "state-dir": { type: "string", default: defaultStateDir },
    port: { type: "string" },
    var: { type: "string", multiple: true, default: [] },
    "cron-interval-ms": { type: "string" },
    releases: { type: "string" },
    "with-parent": { type: "boolean", default: false },
  },
});

const vars = Object.fromEntries(
  values.var.map((pair) => {
    const at = pair.indexOf("=");
    if (at < 1) throw new Error(`--var needs NAME=VALUE, not "${pair}"`);
    return [pair.slice(0, at), pair.slice(at + 1)];
  }),
);

try {
  const runtime = await openRuntime({
    stateDir: values["state-dir"],
    vars,
    ...(values.port ? { port: Number(values.port) } : {}),
    ...(values["cron-interval-ms"] ? { cronIntervalMs: Number(values["cron-interval-ms"]) } : {}),
    ...(values.releases ? { releases: values.releases } : {}),
    onLog: ({ timestamp, level, message }) =>
      process.stderr.write(`${new Date(timestamp).toISOString()} ${level} ${message}\n`),
  });
  const stop = async () => {
    await runtime.stop();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    // Miniflare's own handlers exit at once, before anything could be put away in order.
    process.removeAllListeners(signal);
    process.once(signal, stop);
  }
  if (values["with-parent"]) {
    process.stdin.resume();
    process.stdin.once("end", stop);
    process.stdin.once("error", stop);
  }
  console.log(
    JSON.stringify({
      url: runtime.url,
      port: runtime.port,
      outboxUrl: runtime.outboxUrl,
      pid: process.pid,
      workerdPid: runtime.workerdPid,
    }),
  );
} catch (error) {
  if (error instanceof StateInUse) console.error(error.message);
  else console.error(error);
  process.exit(1);
}
