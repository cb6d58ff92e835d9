import { sha256Hex } from "../../domain/configs/hash.ts";

/** One append-only step of an object's schema. `sql` may hold several statements. Never edit one that has shipped. */
export interface SchemaStep {
  readonly name: string;
  readonly sql: string;
}

/** Whether `migrate` was ever called: an object that nobody wrote to keeps nothing, also not empty tables. */
export const hasSchema = (sql: SqlStorage): boolean =>
  sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'schema_steps'").toArray().length > 0;

interface AppliedStep extends Record<string, SqlStorageValue> {
  position: number;
  name: string;
  sha256: string;
}

/**
 * Applies the steps that are missing, in order, each in its own transaction. Throws when a step that was applied
 * differs from the code, or is not in the code: an object must not run on a schema that it does not know.
 */
export function migrate(storage: DurableObjectStorage, steps: readonly SchemaStep[]): void {
  const sql = storage.sql;
  sql.exec(
    "CREATE TABLE IF NOT EXISTS schema_steps (position INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL)",
  );
  const applied = sql
    .exec<AppliedStep>("SELECT position, name, sha256 FROM schema_steps ORDER BY position")
    .toArray();
  for (const row of applied) {
    const step = steps[row.position];
    if (step?.name !== row.name || sha256Hex(step.sql) !== row.sha256) {
      throw new Error(
        `Schema step ${row.position} "${row.name}" was applied in another form than the code has (${step ? `"${step.name}"` : "nothing"}): restore the shipped step and append a new one`,
      );
    }
  }
  steps.slice(applied.length).forEach((step, index) => {
    storage.transactionSync(() => {
      sql.exec(step.sql);
      sql.exec(
        "INSERT INTO schema_steps (position, name, sha256) VALUES (?, ?, ?)",
        applied.length + index,
        step.name,
        sha256Hex(step.sql),
      );
    });
  });
}
