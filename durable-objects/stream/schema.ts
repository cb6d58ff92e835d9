import type { SchemaStep } from "../shared/migrator.ts";

/** The object's tables. Append-only across releases. `stream` has one row, written when something turns, never per frame. */
export const streamSteps: readonly SchemaStep[] = [
  {
    name: "stream-1",
    sql: `
      CREATE TABLE stream (id INTEGER PRIMARY KEY CHECK (id = 1), record TEXT NOT NULL);
      CREATE TABLE used_tickets (jti TEXT PRIMARY KEY) WITHOUT ROWID;
      CREATE TABLE outbox (position INTEGER PRIMARY KEY, message TEXT NOT NULL);
      CREATE TABLE recording (position INTEGER PRIMARY KEY, data BLOB NOT NULL);
    `,
  },
];
