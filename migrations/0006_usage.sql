CREATE TABLE usage_ledger (
  id TEXT PRIMARY KEY NOT NULL,
  organization_id TEXT NOT NULL,
  fleet_id TEXT NOT NULL,
  hour INTEGER NOT NULL,
  meter TEXT NOT NULL,
  quantity REAL NOT NULL,
  sequence INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX usage_ledger_statement ON usage_ledger (fleet_id, hour, meter, sequence);
CREATE INDEX usage_ledger_organization ON usage_ledger (organization_id, hour, id);
