CREATE TABLE fleets (
  id TEXT PRIMARY KEY NOT NULL,
  organization_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  environment_id TEXT NOT NULL,
  name TEXT NOT NULL,
  slug TEXT NOT NULL,
  location_hint TEXT,
  current_release_id TEXT,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX fleets_project_slug ON fleets (project_id, slug);
CREATE INDEX fleets_project ON fleets (organization_id, project_id, id);

CREATE TABLE enrollment_tokens (
  id TEXT PRIMARY KEY NOT NULL,
  organization_id TEXT NOT NULL,
  fleet_id TEXT NOT NULL,
  name TEXT NOT NULL,
  labels TEXT NOT NULL,
  max_uses INTEGER,
  expires_at INTEGER,
  revoked_at INTEGER,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX enrollment_tokens_fleet ON enrollment_tokens (organization_id, fleet_id, id);
