ALTER TABLE fleets ADD COLUMN log_shipping TEXT NOT NULL DEFAULT '{"enabled":false,"sources":["program"],"retentionDays":7,"dailyMegabytes":100}';
ALTER TABLE fleets ADD COLUMN log_shipping_revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE fleets ADD COLUMN log_shipping_delivered INTEGER NOT NULL DEFAULT 0;
