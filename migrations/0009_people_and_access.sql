ALTER TABLE organizations ADD COLUMN plan TEXT NOT NULL DEFAULT 'free';
ALTER TABLE organizations ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE organizations ADD COLUMN require_sso INTEGER NOT NULL DEFAULT 0;
ALTER TABLE organizations ADD COLUMN require_two_factor INTEGER NOT NULL DEFAULT 0;
ALTER TABLE organizations ADD COLUMN deleted_at INTEGER;
ALTER TABLE organizations ADD COLUMN deleted_by TEXT;

ALTER TABLE users ADD COLUMN email_verified_at INTEGER;
ALTER TABLE users ADD COLUMN password_changed_at INTEGER;
ALTER TABLE users ADD COLUMN totp_secret TEXT;
ALTER TABLE users ADD COLUMN totp_confirmed_at INTEGER;
ALTER TABLE users ADD COLUMN totp_last_step INTEGER;
UPDATE users SET email_verified_at = created_at;

UPDATE memberships SET role = 'operator' WHERE role = 'deployer';

ALTER TABLE sessions ADD COLUMN method TEXT NOT NULL DEFAULT 'password';
ALTER TABLE sessions ADD COLUMN second_factor INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN authenticated_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN sso_connection_id TEXT;
ALTER TABLE sessions ADD COLUMN client TEXT NOT NULL DEFAULT 'dashboard';
ALTER TABLE sessions ADD COLUMN user_agent TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';
UPDATE sessions SET authenticated_at = created_at;
CREATE INDEX sessions_user ON sessions (user_id, id);

ALTER TABLE api_keys ADD COLUMN owner TEXT;
ALTER TABLE api_keys ADD COLUMN scope TEXT NOT NULL DEFAULT '{"kind":"organization"}';
ALTER TABLE api_keys ADD COLUMN requests_per_minute INTEGER;
ALTER TABLE api_keys ADD COLUMN replaces TEXT;
ALTER TABLE api_keys ADD COLUMN last_used_address TEXT;
UPDATE api_keys SET role = 'operator' WHERE role = 'deployer';
UPDATE api_keys SET owner = created_by WHERE created_by LIKE 'usr_%';
UPDATE api_keys SET owner = (SELECT maker.owner FROM api_keys AS maker WHERE maker.id = api_keys.created_by) WHERE owner IS NULL;
UPDATE api_keys SET owner = (SELECT maker.owner FROM api_keys AS maker WHERE maker.id = api_keys.created_by) WHERE owner IS NULL;
UPDATE api_keys SET owner = (SELECT maker.owner FROM api_keys AS maker WHERE maker.id = api_keys.created_by) WHERE owner IS NULL;
CREATE INDEX api_keys_owner ON api_keys (organization_id, owner, id);

CREATE TABLE account_tokens (
  id TEXT PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL,
  user_id TEXT,
  email TEXT,
  secret_hash TEXT NOT NULL,
  data TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
);
CREATE UNIQUE INDEX account_tokens_secret ON account_tokens (secret_hash);
CREATE INDEX account_tokens_user ON account_tokens (user_id, kind, id);
CREATE INDEX account_tokens_expires ON account_tokens (expires_at);

CREATE TABLE recovery_codes (
  code_hash TEXT PRIMARY KEY NOT NULL,
  user_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  used_at INTEGER
);
CREATE INDEX recovery_codes_user ON recovery_codes (user_id);

CREATE TABLE passkeys (
  id TEXT PRIMARY KEY NOT NULL,
  user_id TEXT NOT NULL,
  credential_id TEXT NOT NULL,
  public_key TEXT NOT NULL,
  counter INTEGER NOT NULL,
  transports TEXT NOT NULL,
  backed_up INTEGER NOT NULL,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER
);
CREATE UNIQUE INDEX passkeys_credential ON passkeys (credential_id);
CREATE INDEX passkeys_user ON passkeys (user_id, id);

CREATE TABLE account_events (
  id TEXT PRIMARY KEY NOT NULL,
  user_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  action TEXT NOT NULL,
  summary TEXT NOT NULL,
  address TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  request_id TEXT NOT NULL
);
CREATE INDEX account_events_user ON account_events (user_id, id);

CREATE TABLE guess_counts (
  subject TEXT PRIMARY KEY NOT NULL,
  count INTEGER NOT NULL,
  resets_at INTEGER NOT NULL
);
CREATE INDEX guess_counts_resets ON guess_counts (resets_at);

CREATE TABLE mails (
  id TEXT PRIMARY KEY NOT NULL,
  recipient TEXT NOT NULL,
  template TEXT NOT NULL,
  sealed TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  next_attempt_at INTEGER,
  sent_at INTEGER,
  failure TEXT
);
CREATE INDEX mails_due ON mails (next_attempt_at);
CREATE INDEX mails_recipient ON mails (recipient, id);

CREATE TABLE device_grants (
  id TEXT PRIMARY KEY NOT NULL,
  device_code_hash TEXT NOT NULL,
  user_code TEXT NOT NULL,
  client TEXT NOT NULL,
  address TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  last_polled_at INTEGER,
  interval_seconds INTEGER NOT NULL,
  decided_by TEXT,
  decision TEXT,
  session_id TEXT,
  used_at INTEGER
);
CREATE UNIQUE INDEX device_grants_code ON device_grants (device_code_hash);
CREATE UNIQUE INDEX device_grants_user_code ON device_grants (user_code);
CREATE INDEX device_grants_expires ON device_grants (expires_at);

CREATE TABLE invitations (
  id TEXT PRIMARY KEY NOT NULL,
  organization_id TEXT NOT NULL,
  email TEXT NOT NULL,
  role TEXT NOT NULL,
  team_ids TEXT NOT NULL,
  secret_hash TEXT NOT NULL,
  invited_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  accepted_at INTEGER,
  accepted_by TEXT,
  revoked_at INTEGER
);
CREATE UNIQUE INDEX invitations_secret ON invitations (secret_hash);
CREATE INDEX invitations_organization ON invitations (organization_id, id);
CREATE INDEX invitations_email ON invitations (organization_id, email);

CREATE TABLE teams (
  id TEXT PRIMARY KEY NOT NULL,
  organization_id TEXT NOT NULL,
  name TEXT NOT NULL,
  slug TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX teams_organization_slug ON teams (organization_id, slug);
CREATE INDEX teams_organization ON teams (organization_id, id);

CREATE TABLE team_members (
  id TEXT PRIMARY KEY NOT NULL,
  organization_id TEXT NOT NULL,
  team_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  from_sso INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX team_members_once ON team_members (team_id, user_id);
CREATE INDEX team_members_user ON team_members (user_id, organization_id);

CREATE TABLE custom_roles (
  id TEXT PRIMARY KEY NOT NULL,
  organization_id TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  statements TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX custom_roles_name ON custom_roles (organization_id, name);
CREATE INDEX custom_roles_organization ON custom_roles (organization_id, id);

CREATE TABLE role_bindings (
  id TEXT PRIMARY KEY NOT NULL,
  organization_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  role TEXT NOT NULL,
  scope TEXT NOT NULL,
  from_sso INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX role_bindings_once ON role_bindings (organization_id, subject, role, scope);
CREATE INDEX role_bindings_subject ON role_bindings (subject, organization_id);
CREATE INDEX role_bindings_organization ON role_bindings (organization_id, id);

CREATE TABLE service_accounts (
  id TEXT PRIMARY KEY NOT NULL,
  organization_id TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  role TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  disabled_at INTEGER
);
CREATE UNIQUE INDEX service_accounts_name ON service_accounts (organization_id, name);
CREATE INDEX service_accounts_organization ON service_accounts (organization_id, id);

CREATE TABLE sso_connections (
  id TEXT PRIMARY KEY NOT NULL,
  organization_id TEXT NOT NULL,
  name TEXT NOT NULL,
  issuer TEXT NOT NULL,
  client_id TEXT NOT NULL,
  sealed_client_secret TEXT NOT NULL,
  scopes TEXT NOT NULL,
  groups_claim TEXT NOT NULL,
  group_roles TEXT NOT NULL,
  default_role TEXT,
  enabled INTEGER NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE INDEX sso_connections_organization ON sso_connections (organization_id, id);

CREATE TABLE sso_domains (
  id TEXT PRIMARY KEY NOT NULL,
  organization_id TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  domain TEXT NOT NULL,
  challenge TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  verified_at INTEGER
);
CREATE UNIQUE INDEX sso_domains_organization_domain ON sso_domains (organization_id, domain);
CREATE INDEX sso_domains_domain ON sso_domains (domain, verified_at);
CREATE INDEX sso_domains_connection ON sso_domains (organization_id, connection_id, id);

CREATE TABLE identities (
  id TEXT PRIMARY KEY NOT NULL,
  organization_id TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX identities_subject ON identities (connection_id, subject);
CREATE INDEX identities_user ON identities (user_id, organization_id);

ALTER TABLE audit_events ADD COLUMN seq INTEGER;
ALTER TABLE audit_events ADD COLUMN actor_name TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_events ADD COLUMN on_behalf_of TEXT;
ALTER TABLE audit_events ADD COLUMN changes TEXT NOT NULL DEFAULT '[]';
ALTER TABLE audit_events ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_events ADD COLUMN user_agent TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_events ADD COLUMN sensitive_read INTEGER NOT NULL DEFAULT 0;
ALTER TABLE audit_events ADD COLUMN hash TEXT;
UPDATE audit_events SET seq = (SELECT count(*) FROM audit_events AS earlier WHERE earlier.organization_id = audit_events.organization_id AND earlier.id <= audit_events.id);
CREATE UNIQUE INDEX audit_events_seq ON audit_events (organization_id, seq);
CREATE INDEX audit_events_actor ON audit_events (organization_id, actor, id);
CREATE INDEX audit_events_action ON audit_events (organization_id, action, id);
CREATE INDEX audit_events_target ON audit_events (organization_id, target, id);

CREATE TABLE audit_anchors (
  organization_id TEXT PRIMARY KEY NOT NULL,
  seq INTEGER NOT NULL,
  hash TEXT NOT NULL,
  removed_before INTEGER NOT NULL
);
