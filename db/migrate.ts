/**
 * Applies `migrations/*.sql` in the order of their names, each as one atomic batch, and notes the name in
 * `d1_migrations`, the table that wrangler uses, so that either may go on where the other stopped.
 */
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Database, Statement } from "./client.ts";

export interface Migration {
  /** File name, such as `0001_tenancy.sql`. */
  name: string;
  sql: string;
}

const bookkeeping = `CREATE TABLE IF NOT EXISTS d1_migrations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`;

const noted = sqliteTable("d1_migrations", { id: integer("id").primaryKey(), name: text("name").notNull() });

const raw = (sql: string, ...params: unknown[]): Statement => ({ sql, params });

/** Statements end with `;` at a line's end; a trigger stands on one line, and no text holds a `;` at a line's end. */
export function splitStatements(sql: string): string[] {
  return sql
    .replace(/^--.*$/gm, "")
    .split(/;\s*(?:\n|$)/)
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

async function names(db: Database): Promise<string[]> {
  const rows = await db.orm.select({ name: noted.name }).from(noted).orderBy(noted.id);
  return rows.map((row) => row.name);
}

/** Answers the names that were applied now. Throws when the store knows a migration that the code does not. */
export async function migrate(db: Database, migrations: readonly Migration[]): Promise<string[]> {
  const ordered = [...migrations].sort((a, b) => (a.name < b.name ? -1 : 1));
  await db.batch([raw(bookkeeping)]);
  const known = new Set(ordered.map((one) => one.name));
  const applied = new Set(await names(db));
  const strangers = [...applied].filter((name) => !known.has(name));
  if (strangers.length > 0) {
    throw new Error(
      `the database has migrations that this version does not know (${strangers.join(", ")}): run a newer version of Muster, or use another database`,
    );
  }
  const done: string[] = [];
  for (const migration of ordered) {
    if (applied.has(migration.name)) continue;
    await db.batch([
      ...splitStatements(migration.sql).map((one) => raw(one)),
      raw("INSERT INTO d1_migrations (name) VALUES (?)", migration.name),
    ]);
    done.push(migration.name);
  }
  return done;
}
