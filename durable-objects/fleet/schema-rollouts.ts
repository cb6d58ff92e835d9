/**
 * The rollouts' steps of the object's schema, append-only; `schema.ts` lists them. An agent's progress is kept in its own
 * row; here are one row per rollout, its plan and its log of observations in chunks, one row per step with decisions, what
 * releases are made of, and requests to outside systems on their way to their queue.
 */
export const rolloutSteps = [
  {
    name: "rollouts-1",
    sql: `
      CREATE TABLE rollouts (
        id TEXT PRIMARY KEY,
        position INTEGER NOT NULL,
        active INTEGER NOT NULL,
        body TEXT NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE rollout_plans (
        rollout_id TEXT NOT NULL,
        chunk INTEGER NOT NULL,
        agents TEXT NOT NULL,
        PRIMARY KEY (rollout_id, chunk)
      ) WITHOUT ROWID;
      CREATE TABLE rollout_decisions (
        rollout_id TEXT NOT NULL,
        sequence INTEGER NOT NULL,
        decisions TEXT NOT NULL,
        PRIMARY KEY (rollout_id, sequence)
      ) WITHOUT ROWID;
      CREATE TABLE releases (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE current_release (id INTEGER PRIMARY KEY CHECK (id = 1), release_id TEXT NOT NULL);
      CREATE TABLE contents (sha256 TEXT PRIMARY KEY, content TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE renders (hash TEXT PRIMARY KEY, files TEXT NOT NULL) WITHOUT ROWID;
    `,
  },
  {
    name: "rollouts-2",
    sql: `
      ALTER TABLE rollouts ADD COLUMN pending INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE renders ADD COLUMN packages TEXT;
      CREATE TABLE rollout_logs (
        rollout_id TEXT NOT NULL,
        chunk INTEGER NOT NULL,
        open INTEGER NOT NULL,
        size INTEGER NOT NULL,
        entries TEXT NOT NULL,
        PRIMARY KEY (rollout_id, chunk)
      ) WITHOUT ROWID;
      CREATE TABLE rollout_starts (
        rollout_id TEXT NOT NULL,
        chunk INTEGER NOT NULL,
        agents TEXT NOT NULL,
        PRIMARY KEY (rollout_id, chunk)
      ) WITHOUT ROWID;
      CREATE TABLE confirmations (position INTEGER PRIMARY KEY, message TEXT NOT NULL);
    `,
  },
] as const;

/** Those that came after other rooms' steps. */
export const laterRolloutSteps = [
  {
    name: "rollouts-3",
    sql: `
      CREATE TABLE sealed_secrets (
        version_id TEXT PRIMARY KEY,
        key_id TEXT NOT NULL,
        sealed TEXT NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE data_keys (
        id TEXT PRIMARY KEY,
        wrapped TEXT NOT NULL,
        master_key_id TEXT NOT NULL
      ) WITHOUT ROWID;
    `,
  },
  {
    // Of a hash that gives an agent anew what it has: the hash that stands for the same, and that of its files.
    name: "rollouts-4",
    sql: `
      ALTER TABLE renders ADD COLUMN base TEXT;
      ALTER TABLE renders ADD COLUMN config_hash TEXT;
    `,
  },
  {
    // What people know a secret's version by, and whether it may still be sent: others only serve to be masked.
    name: "rollouts-5",
    sql: `
      ALTER TABLE sealed_secrets ADD COLUMN name TEXT NOT NULL DEFAULT '';
      ALTER TABLE sealed_secrets ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE sealed_secrets ADD COLUMN used INTEGER NOT NULL DEFAULT 1;
    `,
  },
] as const;
