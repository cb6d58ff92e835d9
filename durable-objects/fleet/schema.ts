import type { SchemaStep } from "../shared/migrator.ts";
import { laterLogSteps, logSteps } from "./schema-logs.ts";
import { meterSteps } from "./schema-meter.ts";
import { metricSteps } from "./schema-metrics.ts";
import { laterRolloutSteps, rolloutSteps } from "./schema-rollouts.ts";

/**
 * The object's tables. Append-only across releases: a new step goes to the end of the list, whatever room it is for.
 * An agent is one row without secondary indexes besides its key, since rows written are what a fleet costs.
 */
export const fleetSteps: readonly SchemaStep[] = [
  {
    name: "fleet-1",
    sql: `
      CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE agents (id TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE agent_reports (
        agent_id TEXT NOT NULL,
        part TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (agent_id, part)
      ) WITHOUT ROWID;
      CREATE TABLE effective_configs (hash TEXT PRIMARY KEY, files TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE enrollment_tokens (
        id TEXT PRIMARY KEY,
        uses INTEGER NOT NULL,
        revoked_at INTEGER
      ) WITHOUT ROWID;
      CREATE TABLE event_chunks (
        last_id TEXT PRIMARY KEY,
        size INTEGER NOT NULL,
        events TEXT NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE outbox (position INTEGER PRIMARY KEY, message TEXT NOT NULL);
    `,
  },
  ...meterSteps,
  ...rolloutSteps,
  {
    // An agent's row outgrows what is kept beside a key, and spilled to a page of its own: with rowids it stays whole
    // on its page, which makes writing it several times cheaper. An update still costs one row.
    name: "fleet-2",
    sql: `
      CREATE TABLE agents_with_rowids (id TEXT PRIMARY KEY, record TEXT NOT NULL);
      INSERT INTO agents_with_rowids (id, record) SELECT id, record FROM agents;
      DROP TABLE agents;
      ALTER TABLE agents_with_rowids RENAME TO agents;
    `,
  },
  ...laterRolloutSteps,
  {
    // What agents say they are built from: each distinct set once.
    name: "fleet-3",
    sql: `
      CREATE TABLE component_sets (key TEXT PRIMARY KEY, components TEXT NOT NULL) WITHOUT ROWID;
    `,
  },
  {
    // Counted while they are open; one that nobody told the end of counts no longer when its time is over.
    name: "streams-1",
    sql: `
      CREATE TABLE open_streams (id TEXT PRIMARY KEY, agent_id TEXT NOT NULL, until_ms INTEGER NOT NULL) WITHOUT ROWID;
    `,
  },
  ...metricSteps,
  ...logSteps,
  {
    name: "restarts-1",
    sql: `
      CREATE TABLE restarts (
        id TEXT PRIMARY KEY,
        plan TEXT NOT NULL,
        progress TEXT NOT NULL,
        running INTEGER NOT NULL
      );
    `,
  },
  {
    name: "streams-2",
    sql: "ALTER TABLE open_streams ADD COLUMN kind TEXT NOT NULL DEFAULT 'exec'",
  },
  ...laterLogSteps,
];
