CREATE TABLE config_uses (
  id TEXT PRIMARY KEY NOT NULL,
  organization_id TEXT NOT NULL,
  config_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  fleet_id TEXT NOT NULL,
  release_id TEXT NOT NULL,
  position INTEGER NOT NULL
);
CREATE INDEX config_uses_config ON config_uses (organization_id, config_id, id);

INSERT INTO config_uses (id, organization_id, config_id, version, fleet_id, release_id, position)
SELECT
  releases.id || '.' || printf('%03d', one.key),
  releases.organization_id,
  json_extract(one.value, '$.configId'),
  json_extract(one.value, '$.version'),
  releases.fleet_id,
  releases.id,
  one.key
FROM releases, json_each(releases.assignments) AS one;
