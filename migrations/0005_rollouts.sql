CREATE TABLE releases (
  id TEXT PRIMARY KEY NOT NULL,
  organization_id TEXT NOT NULL,
  fleet_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  assignments TEXT NOT NULL,
  message TEXT,
  author TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX releases_number ON releases (fleet_id, number);
CREATE INDEX releases_fleet ON releases (organization_id, fleet_id, id);

CREATE TABLE rollouts (
  id TEXT PRIMARY KEY NOT NULL,
  organization_id TEXT NOT NULL,
  fleet_id TEXT NOT NULL,
  release_id TEXT NOT NULL,
  release_number INTEGER NOT NULL,
  strategy TEXT NOT NULL,
  gates TEXT NOT NULL,
  auto_revert INTEGER NOT NULL,
  message TEXT,
  author TEXT NOT NULL,
  actor TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  delivered_at INTEGER,
  state TEXT NOT NULL,
  reason TEXT,
  counts TEXT NOT NULL,
  total INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  last_event_id TEXT
);
CREATE INDEX rollouts_fleet ON rollouts (organization_id, fleet_id, id);
CREATE INDEX rollouts_delivered ON rollouts (delivered_at, created_at);

CREATE TABLE events (
  id TEXT PRIMARY KEY NOT NULL,
  organization_id TEXT NOT NULL,
  fleet_id TEXT NOT NULL,
  type TEXT NOT NULL,
  at INTEGER NOT NULL,
  agent_id TEXT,
  rollout_id TEXT,
  actor TEXT,
  summary TEXT NOT NULL,
  data TEXT NOT NULL
);
CREATE INDEX events_organization ON events (organization_id, id);
