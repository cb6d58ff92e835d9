import type { SchemaStep } from "../shared/migrator.ts";

/** Agents that ship logs, and up to which hour the meter has heard what of them is kept. */
export const logSteps: readonly SchemaStep[] = [
  {
    name: "logs-1",
    sql: `
      CREATE TABLE shipping_agents (id TEXT PRIMARY KEY, stated_until INTEGER NOT NULL) WITHOUT ROWID;
    `,
  },
];
