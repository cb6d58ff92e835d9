import { createClient } from "@libsql/client";
import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { openLibsql } from "../client.ts";
import { migrate } from "../migrate.ts";
import { readMigrations } from "../read-migrations.ts";
import { configUnused } from "./config-uses.ts";
import { versionsExist } from "./configs.ts";

const migrations = readMigrations("migrations");
const before = migrations.slice(
  0,
  migrations.findIndex(({ name }) => name.endsWith("_config_uses.sql")),
);

it("knows what releases named before there was a table of it", async () => {
  const client = createClient({ url: ":memory:" });
  const db = openLibsql(client);
  await migrate(db, before);
  const assignments = [
    { configId: "cfg_a", version: 2 },
    { configId: "cfg_b", version: 1 },
  ];
  await client.execute({
    sql: `insert into releases (id, organization_id, fleet_id, number, assignments, author, created_at, packages)
      values ('rel_1', 'org_1', 'flt_1', 1, ?, 'ada', 0, '[]')`,
    args: [JSON.stringify(assignments)],
  });
  await migrate(db, migrations);
  const { rows } = await client.execute(
    "select id, config_id, version, position from config_uses order by id",
  );
  expect(rows.map((row) => ({ ...row }))).toEqual([
    { id: "rel_1.000", config_id: "cfg_a", version: 2, position: 0 },
    { id: "rel_1.001", config_id: "cfg_b", version: 1, position: 1 },
  ]);
  const unused = async (...asked: Parameters<typeof configUnused>) => {
    const [row] = await db.orm.all<{ holds: number }>(sql`select ${configUnused(...asked)} as holds`);
    return row?.holds === 1;
  };
  expect(await unused("org_1", "cfg_a")).toBe(false);
  expect(await unused("org_1", "cfg_a", 2)).toBe(false);
  expect(await unused("org_1", "cfg_a", 1)).toBe(true);
  expect(await unused("org_2", "cfg_a")).toBe(true);
});

it("lets no release name a version that was deleted", async () => {
  const client = createClient({ url: ":memory:" });
  const db = openLibsql(client);
  await migrate(db, migrations);
  for (const id of ["ver_1", "ver_2"]) {
    await client.execute({
      sql: `insert into config_versions (id, organization_id, config_id, number, sha256, size_bytes, author, content, created_at)
        values (?, 'org_1', 'cfg_a', ?, '', 0, 'ada', '', 0)`,
      args: [id, Number(id.at(-1))],
    });
  }
  const exist = async (...asked: Parameters<typeof versionsExist>) => {
    const [row] = await db.orm.all<{ holds: number }>(sql`select ${versionsExist(...asked)} as holds`);
    return row?.holds === 1;
  };
  expect(await exist("org_1", ["ver_1", "ver_2", "ver_1"])).toBe(true);
  expect(await exist("org_1", [])).toBe(true);
  expect(await exist("org_2", ["ver_1"])).toBe(false);
  await client.execute("delete from config_versions where id = 'ver_2'");
  expect(await exist("org_1", ["ver_1", "ver_2"])).toBe(false);
});
