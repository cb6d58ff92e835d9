import type { SchemaStep } from "../shared/migrator.ts";

/** The object's tables. Append-only across releases. */
export const agentLogSteps: readonly SchemaStep[] = [
  {
    // A segment holds the batches of one hour until it is full. The newest one grows: a batch costs one row written.
    name: "agent-logs-1",
    sql: `
      CREATE TABLE facts (id INTEGER PRIMARY KEY CHECK (id = 1), facts TEXT NOT NULL);
      CREATE TABLE segments (
        id INTEGER PRIMARY KEY,
        hour INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        first_ms INTEGER NOT NULL,
        last_ms INTEGER NOT NULL,
        sources TEXT NOT NULL,
        run TEXT NOT NULL,
        batch INTEGER NOT NULL,
        body BLOB NOT NULL
      );
    `,
  },
];
