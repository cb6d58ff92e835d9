ALTER TABLE fleets ADD COLUMN metrics_collection TEXT NOT NULL DEFAULT '{"enabled":false,"everySeconds":60,"scrape":[]}';
ALTER TABLE fleets ADD COLUMN metrics_revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE fleets ADD COLUMN metrics_delivered INTEGER NOT NULL DEFAULT 0;
