import type { NamedApiKey } from "../../../db/queries/api-keys.ts";
import type { ApiKey } from "../../../protocol/api/api-keys.ts";
import { roleName } from "../auth/memberships.ts";
import { iso, isoOrNull } from "../time.ts";

export const apiKeyView = ({ key, custom, ownerName }: NamedApiKey): ApiKey => ({
  id: key.id,
  organizationId: key.organizationId,
  name: key.name,
  role: key.role,
  roleName: roleName(key.role, custom),
  scope: key.scope,
  prefix: key.prefix,
  owner: key.owner,
  ownerName,
  createdBy: key.createdBy,
  createdAt: iso(key.createdAt),
  lastUsedAt: isoOrNull(key.lastUsedAt),
  lastUsedAddress: key.lastUsedAddress,
  expiresAt: isoOrNull(key.expiresAt),
  revokedAt: isoOrNull(key.revokedAt),
  requestsPerMinute: key.requestsPerMinute,
  replaces: key.replaces,
});
