import { join } from "node:path";
import { createClient } from "@libsql/client";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type V4WorkerOptions } from "miniflare";
import { openD1, openLibsql } from "../../db/client.ts";
import { migrate } from "../../db/migrate.ts";
import { readMigrations } from "../../db/read-migrations.ts";
import { root } from "./paths.ts";

const migrations = () => readMigrations(join(root, "migrations"));

/** Brings the local D1 up to date in a runtime of its own, before anything else can reach it. */
export async function migrateLocalD1(worker: V4WorkerOptions, persistence: string): Promise<string[]> {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      telemetry: { enabled: false },
      log: new Log(LogLevel.WARN),
      resourcePersistencePath: persistence,
      name: "migrate",
      modules: true,
      script: "export default {}",
      ...(worker.compatibilityDate ? { compatibilityDate: worker.compatibilityDate } : {}),
      ...(worker.d1Databases ? { d1Databases: worker.d1Databases } : {}),
    }),
  );
  try {
    const database = await miniflare.getD1Database("DB");
    return await migrate(openD1(database as unknown as Parameters<typeof openD1>[0]), migrations());
  } finally {
    await miniflare.dispose();
  }
}

export async function migrateLibsql(url: string, authToken?: string): Promise<string[]> {
  const client = createClient(authToken ? { url, authToken } : { url });
  try {
    return await migrate(openLibsql(client), migrations());
  } finally {
    client.close();
  }
}
