import type { D1Database } from "@cloudflare/workers-types";
import type { Client } from "@libsql/client";
import { SQL, type SQLWrapper, sql } from "drizzle-orm";
import { drizzle as drizzleD1 } from "drizzle-orm/d1";
import { drizzle as drizzleLibsql } from "drizzle-orm/libsql/web";
import { type BaseSQLiteDatabase, SQLiteSyncDialect } from "drizzle-orm/sqlite-core";

/** One compiled write. It is a plain value, so that awaiting it by mistake runs nothing. */
export interface Statement {
  sql: string;
  params: unknown[];
}

/** D1 or libSQL behind one type: the same schema, the same queries. */
export interface Database {
  readonly kind: "d1" | "libsql";
  /** For reads. */
  readonly orm: BaseSQLiteDatabase<"async", unknown>;
  /** All or nothing, in order; answers the rows that each statement changed. */
  batch(statements: readonly Statement[]): Promise<number[]>;
}

const dialect = new SQLiteSyncDialect();

export function statement(query: SQLWrapper): Statement {
  const compiled = dialect.sqlToQuery(query instanceof SQL ? query : query.getSQL());
  return { sql: compiled.sql, params: compiled.params };
}

export function openD1(binding: D1Database): Database {
  return {
    kind: "d1",
    orm: drizzleD1(binding),
    async batch(statements) {
      const results = await binding.batch(
        statements.map((one) => binding.prepare(one.sql).bind(...one.params)),
      );
      return results.map((result) => result.meta.changes);
    },
  };
}

export function openLibsql(client: Client): Database {
  return {
    kind: "libsql",
    orm: drizzleLibsql(client),
    async batch(statements) {
      const results = await client.batch(
        statements.map((one) => ({ sql: one.sql, args: one.params as (string | number | null)[] })),
        "write",
      );
      return results.map((result) => result.rowsAffected);
    },
  };
}

/** Answers when the store can be asked; throws otherwise. */
export async function ping(db: Database): Promise<void> {
  await db.orm.run(sql`select 1`);
}
