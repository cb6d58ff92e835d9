ALTER TABLE memberships ADD COLUMN sso_role TEXT;
