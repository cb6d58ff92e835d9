/**
 * The metrics' own steps of the object's schema, append-only; `schema.ts` lists them. Rows take turns in their slots, so
 * that an agent has a fixed number of them. No index but the key: rows written are what a fleet costs.
 */
export const metricSteps = [
  {
    name: "metrics-1",
    sql: `
      CREATE TABLE metric_recent (
        agent_id TEXT NOT NULL,
        slot INTEGER NOT NULL,
        start INTEGER NOT NULL,
        filled INTEGER NOT NULL,
        last_tick INTEGER NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY (agent_id, slot)
      );
      CREATE TABLE metric_rollups (
        agent_id TEXT NOT NULL,
        seconds INTEGER NOT NULL,
        slot INTEGER NOT NULL,
        start INTEGER NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY (agent_id, seconds, slot)
      );
      CREATE TABLE metric_totals (
        seconds INTEGER NOT NULL,
        slot INTEGER NOT NULL,
        start INTEGER NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY (seconds, slot)
      );
    `,
  },
] as const;
