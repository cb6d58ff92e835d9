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

/** How often what agents' objects know has changed since they were told; 0 = they know. */
export const laterLogSteps: readonly SchemaStep[] = [
  { name: "logs-2", sql: "ALTER TABLE shipping_agents ADD COLUMN owed INTEGER NOT NULL DEFAULT 0" },
];
