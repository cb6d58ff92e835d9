import { createClient } from "@libsql/client";
import { is } from "drizzle-orm";
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import { beforeAll, describe, expect, it } from "vitest";
import { openLibsql } from "./client.ts";
import { migrate, splitStatements } from "./migrate.ts";
import { readMigrations } from "./read-migrations.ts";
import * as schema from "./schema/index.ts";

const tables = Object.values(schema).filter((one) => is(one, SQLiteTable));
const migrations = readMigrations("migrations");
const client = createClient({ url: ":memory:" });

beforeAll(async () => {
  await migrate(openLibsql(client), migrations);
});

async function rows(sql: string): Promise<Record<string, unknown>[]> {
  return (await client.execute(sql)).rows.map((row) => ({ ...row }));
}

describe("schema and migrations", () => {
  it("name the same tables", async () => {
    const made = await rows(
      "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'",
    );
    const names = made.map((row) => row.name).filter((name) => name !== "d1_migrations");
    expect(names.toSorted()).toEqual(tables.map((table) => getTableConfig(table).name).toSorted());
  });

  it.each(tables.map((table) => [getTableConfig(table).name, table] as const))(
    "agree on the columns and indexes of %s",
    async (name, table) => {
      const { columns, indexes } = getTableConfig(table);
      const made = await rows(`select name, type, "notnull", pk from pragma_table_info('${name}')`);
      expect(made.toSorted(byName)).toEqual(
        columns
          .map((column) => ({
            name: column.name,
            type: column.getSQLType().toUpperCase(),
            notnull: Number(column.notNull),
            pk: Number(column.primary),
          }))
          .toSorted(byName),
      );
      const wanted = [
        ...indexes.map(({ config }) => ({
          name: config.name,
          unique: Number(config.unique),
          columns: config.columns.map((column) => ("name" in column ? column.name : "")),
        })),
        ...columns
          .filter((column) => column.isUnique)
          .map((column) => ({ name: column.uniqueName, unique: 1, columns: [column.name] })),
      ];
      const found = [];
      for (const index of await rows(
        `select name, "unique" from pragma_index_list('${name}') where origin = 'c'`,
      )) {
        const parts = await rows(`select name from pragma_index_info('${index.name}') order by seqno`);
        found.push({ name: index.name, unique: index.unique, columns: parts.map((part) => part.name) });
      }
      expect(found.toSorted(byName)).toEqual(wanted.toSorted(byName));
    },
  );

  it("keep the organization on every row that is not a person's own", () => {
    const without = tables
      .map((table) => getTableConfig(table))
      .filter(({ columns }) => !columns.some((column) => column.name === "organization_id"))
      .map(({ name }) => name);
    expect(without.toSorted()).toEqual([
      "account_events",
      "account_tokens",
      "device_grants",
      "guess_counts",
      "idempotency_keys",
      "mails",
      "organizations",
      "passkeys",
      "recovery_codes",
      "sessions",
      "users",
    ]);
  });
});

const byName = (a: { name?: unknown }, b: { name?: unknown }) => (String(a.name) < String(b.name) ? -1 : 1);

describe("migrations", () => {
  it("are named by hand and in one unbroken order", () => {
    migrations.forEach(({ name }, i) => {
      expect(name).toMatch(new RegExp(`^${String(i + 1).padStart(4, "0")}_[a-z_]+\\.sql$`));
    });
  });

  it.each(migrations.map((one) => [one.name, one.sql] as const))("%s only adds and fills in", (_, sql) => {
    for (const statement of splitStatements(sql)) {
      expect(statement).toMatch(
        /^(CREATE TABLE|CREATE (UNIQUE )?INDEX|CREATE TRIGGER|ALTER TABLE \w+ ADD COLUMN|UPDATE \w+ SET|INSERT INTO)\b/,
      );
      expect(statement).not.toMatch(/CASCADE|DROP|RENAME/i);
    }
  });

  it("are applied once, and noted where wrangler notes them", async () => {
    expect(await migrate(openLibsql(client), migrations)).toEqual([]);
    const noted = await rows("select name from d1_migrations order by id");
    expect(noted.map((row) => row.name)).toEqual(migrations.map((one) => one.name));
  });

  it("are refused by a version that knows fewer", async () => {
    await expect(migrate(openLibsql(client), migrations.slice(0, -1))).rejects.toThrow(
      new RegExp(migrations.at(-1)?.name ?? "none"),
    );
  });

  it("leave nothing behind when one fails", async () => {
    const fresh = createClient({ url: ":memory:" });
    const broken = { name: "0001_broken.sql", sql: "CREATE TABLE a (id TEXT);\nCREATE TABLE b (;\n" };
    await expect(migrate(openLibsql(fresh), [broken])).rejects.toThrow();
    const left = await fresh.execute("select name from sqlite_master where name in ('a', 'b')");
    expect(left.rows).toEqual([]);
    expect((await fresh.execute("select name from d1_migrations")).rows).toEqual([]);
  });
});
