ALTER TABLE rollouts ADD COLUMN schedule TEXT;
ALTER TABLE rollouts ADD COLUMN on_active TEXT NOT NULL DEFAULT 'refuse';
ALTER TABLE rollouts ADD COLUMN revert_of TEXT;
ALTER TABLE rollouts ADD COLUMN protected INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rollouts ADD COLUMN person TEXT;
ALTER TABLE rollouts ADD COLUMN approval TEXT;
ALTER TABLE rollouts ADD COLUMN freeze_override TEXT;
CREATE INDEX rollouts_fleet_state ON rollouts (organization_id, fleet_id, state, id);

ALTER TABLE releases ADD COLUMN packages TEXT NOT NULL DEFAULT '[]';

ALTER TABLE environments ADD COLUMN windows TEXT NOT NULL DEFAULT '[]';
ALTER TABLE environments ADD COLUMN freezes TEXT NOT NULL DEFAULT '[]';
ALTER TABLE environments ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;

ALTER TABLE fleets ADD COLUMN policy_delivered INTEGER NOT NULL DEFAULT 0;
ALTER TABLE fleets ADD COLUMN current_release_event TEXT;
CREATE INDEX fleets_environment ON fleets (organization_id, environment_id, id);

ALTER TABLE organizations ADD COLUMN webhook_key_version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE organizations ADD COLUMN webhook_key_rotated_at INTEGER;
