/**
 * Both Workers in one real workerd, from their own wrangler.toml files, with all state under one directory.
 * Talks on 127.0.0.1 only.
 */
import { existsSync, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { basename, join } from "node:path";
import {
  convertV4MiniflareOptions,
  Log,
  LogLevel,
  Miniflare,
  type V4WorkerOptions,
  type V4WorkerOptionsShape,
  type WorkerdStructuredLog,
} from "miniflare";
import { unstable_getMiniflareWorkerOptions } from "wrangler";
import { bundleWorker } from "./bundle.ts";
import { localDownloads } from "./downloads.ts";
import { withDurableQueue } from "./durable-queue.ts";
import { localSigningKeys, type SigningKeys } from "./keys.ts";
import { takeLock } from "./lock.ts";
import { migrateLibsql, migrateLocalD1 } from "./migrate.ts";
import { type Outbox, openOutbox } from "./outbox.ts";
import { root } from "./paths.ts";
import { childrenNamed } from "./processes.ts";

export interface RuntimeOptions {
  stateDir: string;
  /** The first choice; the next free one is taken when it is busy. Default: any free port. */
  port?: number;
  /** Extra plain bindings of both Workers, such as `DATABASE_URL` or `SENTRY_DSN`. */
  vars?: Record<string, string>;
  onLog?: (line: WorkerdStructuredLog) => void;
  /** Local cron triggers fire only by hand; the runtime does so at this interval. Default 5 minutes, 0 = never. */
  cronIntervalMs?: number;
  /** Where `npm run release` has put the agent's releases. Default: `dist/release`. */
  releases?: string;
  /** Other entries of the two Workers, such as ones that count. Default: the `main` of their wrangler.toml. */
  musterEntry?: string;
  fleetsEntry?: string;
  /** false = without the dashboard, and so without the Workers that the local runtime puts before it. Default true. */
  assets?: boolean;
}

export interface Runtime {
  url: string;
  port: number;
  /** Where the mails are shown that it sends; null when `vars` name another way for them. */
  outboxUrl: string | null;
  workerdPid: number | null;
  /** Runs the `muster` Worker's scheduled handler now. */
  runCron(): Promise<void>;
  /** Asks the fleets' Worker itself, which has no address; its own entry answers 404 to everything. */
  fetchFleets(path: string): Promise<{ status: number; json(): Promise<unknown> }>;
  stop(): Promise<void>;
}

export async function openRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { stateDir } = options;
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const unlock = takeLock(stateDir, "runtime.lock");
  try {
    return await open(options, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

async function open(options: RuntimeOptions, unlock: () => void): Promise<Runtime> {
  const { stateDir } = options;
  const keys = localSigningKeys(stateDir);
  const outbox =
    options.vars?.MAIL_URL === undefined
      ? await openOutbox(join(stateDir, "outbox"), freePort, options.port && options.port + 100)
      : null;
  try {
    return await start(options, keys, outbox, unlock);
  } catch (error) {
    await outbox?.stop();
    throw error;
  }
}

type Served = Parameters<typeof convertV4MiniflareOptions>[0];

/** A port that was free when it was looked for may be taken a moment later: then another one is looked for. */
async function listening(wanted: number | undefined, served: Served, triesLeft = 3) {
  const port = await freePort(wanted);
  const miniflare = new Miniflare(convertV4MiniflareOptions({ ...served, port }));
  try {
    await miniflare.ready;
    return { miniflare, port };
  } catch (error) {
    const isTaken = (error as NodeJS.ErrnoException).code === "ERR_ADDRESS_IN_USE";
    if (!isTaken || triesLeft === 0) throw error;
    await miniflare.dispose().catch(() => {});
    return listening(wanted, served, triesLeft - 1);
  }
}

async function start(
  options: RuntimeOptions,
  keys: SigningKeys,
  outbox: Outbox | null,
  unlock: () => void,
): Promise<Runtime> {
  const { stateDir } = options;
  const [{ assets, ...musterWithoutAssets }, fleets] = await Promise.all([
    workerOptions(
      join(root, "wrangler.toml"),
      "muster",
      {
        ...keys,
        ...outbox?.vars,
        ...options.vars,
      },
      options.musterEntry,
    ),
    workerOptions(
      join(root, "durable-objects/wrangler.toml"),
      "muster-fleets",
      {
        CREDENTIAL_PRIVATE_KEY: keys.CREDENTIAL_PRIVATE_KEY,
        SECRETS_KEYS: keys.SECRETS_KEYS,
        ...options.vars,
      },
      options.fleetsEntry,
    ),
  ]);
  const muster = {
    ...musterWithoutAssets,
    serviceBindings: {
      ...musterWithoutAssets.serviceBindings,
      DOWNLOADS_SERVICE: localDownloads(stateDir, options.releases),
    },
    ...(assets && options.assets !== false ? { assets } : {}),
  };
  const persistence = join(stateDir, "runtime");
  const databaseUrl = options.vars?.DATABASE_URL;
  if (databaseUrl) await migrateLibsql(databaseUrl, options.vars?.DATABASE_AUTH_TOKEN);
  else await migrateLocalD1(muster, persistence);

  const workers = await withDurableQueue(muster, fleets);
  const { miniflare, port } = await listening(options.port, {
    host: "127.0.0.1",
    cf: false,
    telemetry: { enabled: false },
    log: new Log(LogLevel.WARN),
    logRequests: false,
    resourcePersistencePath: persistence,
    ...(options.onLog ? { handleStructuredLogs: options.onLog } : {}),
    workers,
  });
  const runCron = async () => {
    const worker = await miniflare.getWorker("muster");
    await worker.scheduled({ cron: "*/5 * * * *" });
  };
  const cronMs = options.cronIntervalMs ?? 300_000;
  const cron =
    cronMs > 0
      ? setInterval(
          () => runCron().catch((error: unknown) => console.error(`cron: ${String(error)}`)),
          cronMs,
        )
      : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    outboxUrl: outbox?.url ?? null,
    workerdPid: childrenNamed(process.pid, "workerd")[0] ?? null,
    runCron,
    async fetchFleets(path) {
      const worker = await miniflare.getWorker("muster-fleets");
      return worker.fetch(`http://muster-fleets${path}`);
    },
    async stop() {
      clearInterval(cron);
      await miniflare.dispose();
      await outbox?.stop();
      unlock();
    },
  };
}

async function workerOptions(
  configPath: string,
  name: string,
  bindings: Record<string, string>,
  entry?: string,
): Promise<V4WorkerOptions> {
  const { workerOptions, main: configured } = unstable_getMiniflareWorkerOptions(configPath);
  const main = entry ?? configured;
  if (!main) throw new Error(`${configPath} names no \`main\`; add the entry module`);
  const { assets, modulesRules: _rules, ...rest }: V4WorkerOptionsShape = workerOptions;
  const script = await bundleWorker(main);
  return {
    ...rest,
    name,
    rootPath: root,
    modules: true,
    script,
    scriptPath: `${name}-${basename(main, ".ts")}.js`,
    bindings: { ...rest.bindings, ...bindings },
    ...(assets && existsSync(assets.directory) ? { assets } : {}),
  };
}

/** `preferred`, else the next ports after it, else any. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred) {
    for (let port = preferred; port < preferred + 20 && port < 65_536; port++) {
      if (await tryPort(port)) return port;
    }
  }
  const any = await tryPort(0);
  if (any) return any;
  throw new Error("No free port on 127.0.0.1");
}

function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(null));
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : null));
    });
  });
}
