import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@libsql/client";
import { createClient as createWebClient } from "@libsql/client/web";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Database, openLibsql } from "../../db/client.ts";
import { migrate } from "../../db/migrate.ts";
import { readMigrations } from "../../db/read-migrations.ts";
import { type HranaServer, startHranaServer } from "../harness/hrana-server.ts";
import { storeSuite } from "./store-suite.ts";

const folder = mkdtempSync(join(tmpdir(), "muster-store-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("libSQL, embedded in Node", () => {
  let db: Database;
  beforeAll(async () => {
    db = openLibsql(createClient({ url: `file:${join(folder, "embedded.db")}` }));
    await migrate(db, readMigrations("migrations"));
  });
  storeSuite(async () => db);
});

describe("libSQL, over HTTP by the client that Workers have", () => {
  let server: HranaServer;
  let db: Database;
  beforeAll(async () => {
    server = await startHranaServer(join(folder, "remote.db"));
    db = openLibsql(createWebClient({ url: server.url, authToken: server.authToken }));
    await migrate(db, readMigrations("migrations"));
  });
  afterAll(() => server.stop());
  storeSuite(async () => db);

  it("is refused with another token", async () => {
    const stranger = openLibsql(createWebClient({ url: server.url, authToken: "wrong" }));
    await expect(stranger.batch([{ sql: "select 1", params: [] }])).rejects.toThrow(/401/);
  });
});
