ALTER TABLE rollouts ADD COLUMN plan_token TEXT;
ALTER TABLE rollouts ADD COLUMN delivery_attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rollouts ADD COLUMN next_delivery_at INTEGER;
