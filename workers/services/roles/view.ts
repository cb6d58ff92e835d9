import type { CustomRoleRow } from "../../../db/queries/roles.ts";
import type { Role } from "../../../protocol/api/roles.ts";
import { iso } from "../time.ts";

export const roleView = (row: CustomRoleRow): Role => ({
  id: row.id,
  organizationId: row.organizationId,
  name: row.name,
  description: row.description,
  statements: row.statements,
  version: row.version,
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
});

export const roleEtag = (row: Pick<CustomRoleRow, "version">): string => `"${row.version}"`;
