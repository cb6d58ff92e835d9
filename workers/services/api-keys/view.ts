import type { ApiKeyRow } from "../../../db/queries/api-keys.ts";
import { iso, isoOrNull } from "../time.ts";

export const apiKeyView = (row: ApiKeyRow) => ({
  id: row.id,
  name: row.name,
  role: row.role,
  prefix: row.prefix,
  createdAt: iso(row.createdAt),
  lastUsedAt: isoOrNull(row.lastUsedAt),
  expiresAt: isoOrNull(row.expiresAt),
  revokedAt: isoOrNull(row.revokedAt),
});
