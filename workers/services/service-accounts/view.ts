import type { NamedServiceAccount } from "../../../db/queries/service-accounts.ts";
import type { ServiceAccount } from "../../../protocol/api/service-accounts.ts";
import { roleName } from "../auth/memberships.ts";
import { iso, isoOrNull } from "../time.ts";

export const serviceAccountView = ({ row, custom }: NamedServiceAccount): ServiceAccount => ({
  id: row.id,
  organizationId: row.organizationId,
  name: row.name,
  description: row.description,
  role: row.role,
  roleName: roleName(row.role, custom),
  createdBy: row.createdBy,
  createdAt: iso(row.createdAt),
  disabledAt: isoOrNull(row.disabledAt),
});
