import { join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { bundleWorker } from "../../scripts/runtime/bundle.ts";
import { root } from "../../scripts/runtime/paths.ts";
import { childrenNamed } from "../../scripts/runtime/processes.ts";

export interface RunningFloor {
  url: string;
  workerdPid: number;
  stop(): Promise<void>;
}

/** The bare object in a workerd of its own, with its rows on disk as Muster's are. */
export async function startFloor(stateDir: string): Promise<RunningFloor> {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: 0,
      cf: false,
      telemetry: { enabled: false },
      log: new Log(LogLevel.WARN),
      logRequests: false,
      resourcePersistencePath: join(stateDir, "floor"),
      name: "floor",
      modules: true,
      script: await bundleWorker(join(root, "test/bench/worker/floor.ts")),
      compatibilityDate: "2026-10-01",
      durableObjects: { FLOOR: { className: "Floor", useSQLite: true } },
    }),
  );
  const before = new Set(childrenNamed(process.pid, "workerd"));
  const url = await miniflare.ready;
  const workerdPid = childrenNamed(process.pid, "workerd").find((pid) => !before.has(pid));
  if (workerdPid === undefined) throw new Error("the floor's workerd was not found under /proc");
  return { url: url.origin, workerdPid, stop: () => miniflare.dispose() };
}
