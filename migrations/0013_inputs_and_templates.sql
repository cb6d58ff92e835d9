CREATE TABLE variables (
  id TEXT PRIMARY KEY NOT NULL,
  organization_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  environment_id TEXT NOT NULL,
  name TEXT NOT NULL,
  fleet_id TEXT NOT NULL,
  selector TEXT NOT NULL,
  type TEXT NOT NULL,
  value TEXT NOT NULL,
  description TEXT NOT NULL,
  author TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX variables_place ON variables (environment_id, name, fleet_id, selector);
CREATE INDEX variables_environment ON variables (organization_id, environment_id, id);

CREATE TABLE secrets (
  id TEXT PRIMARY KEY NOT NULL,
  organization_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  environment_id TEXT NOT NULL,
  name TEXT NOT NULL,
  fleet_id TEXT NOT NULL,
  selector TEXT NOT NULL,
  description TEXT NOT NULL,
  current_version INTEGER NOT NULL,
  latest_version INTEGER NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX secrets_place ON secrets (environment_id, name, fleet_id, selector);
CREATE INDEX secrets_environment ON secrets (organization_id, environment_id, id);

CREATE TABLE secret_versions (
  id TEXT PRIMARY KEY NOT NULL,
  organization_id TEXT NOT NULL,
  secret_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  key_id TEXT NOT NULL,
  sealed TEXT,
  state TEXT NOT NULL,
  author TEXT NOT NULL,
  person TEXT,
  decided_by TEXT,
  decided_at INTEGER,
  created_at INTEGER NOT NULL,
  destroyed_at INTEGER
);
CREATE UNIQUE INDEX secret_versions_number ON secret_versions (secret_id, number);
CREATE INDEX secret_versions_key ON secret_versions (organization_id, key_id, id);

CREATE TABLE organization_keys (
  id TEXT PRIMARY KEY NOT NULL,
  organization_id TEXT NOT NULL,
  wrapped TEXT NOT NULL,
  master_key_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  rewrapped_at INTEGER NOT NULL
);
CREATE INDEX organization_keys_organization ON organization_keys (organization_id, id);
CREATE INDEX organization_keys_master ON organization_keys (master_key_id, id);

CREATE TABLE config_drafts (
  config_id TEXT PRIMARY KEY NOT NULL,
  organization_id TEXT NOT NULL,
  content TEXT NOT NULL,
  base_version INTEGER NOT NULL,
  version INTEGER NOT NULL,
  author TEXT NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE INDEX config_drafts_organization ON config_drafts (organization_id, config_id);

CREATE TABLE config_version_labels (
  id TEXT PRIMARY KEY NOT NULL,
  organization_id TEXT NOT NULL,
  config_id TEXT NOT NULL,
  label TEXT NOT NULL,
  number INTEGER NOT NULL,
  author TEXT NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX config_version_labels_label ON config_version_labels (config_id, label);

CREATE TABLE templates (
  id TEXT PRIMARY KEY NOT NULL,
  organization_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  latest_version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX templates_project_name ON templates (project_id, name);
CREATE INDEX templates_project ON templates (organization_id, project_id, id);

CREATE TABLE template_versions (
  id TEXT PRIMARY KEY NOT NULL,
  organization_id TEXT NOT NULL,
  template_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  content TEXT NOT NULL,
  parameters TEXT NOT NULL,
  message TEXT,
  author TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX template_versions_number ON template_versions (template_id, number);

ALTER TABLE configs ADD COLUMN labels TEXT NOT NULL DEFAULT '{}';
ALTER TABLE configs ADD COLUMN template TEXT;
ALTER TABLE config_versions ADD COLUMN inputs TEXT NOT NULL DEFAULT '[]';
ALTER TABLE releases ADD COLUMN inputs TEXT NOT NULL DEFAULT '{"variables":[],"secrets":[]}';
ALTER TABLE fleets ADD COLUMN drift_policy TEXT NOT NULL DEFAULT 'tell';
