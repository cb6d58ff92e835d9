import { can } from "../../../domain/tenancy/access.ts";
import { isOfAgents } from "../../../domain/tenancy/labels.ts";
import { permissionSummaries } from "../../../domain/tenancy/permission-summaries.ts";
import { type Permission, permissions, protectedPermissions } from "../../../domain/tenancy/permissions.ts";
import { type Role, roleSummaries, roles } from "../../../domain/tenancy/roles.ts";
import { statementsOf } from "../../../domain/tenancy/statements.ts";
import type { PermissionCatalogue } from "../../../protocol/api/access.ts";

const holds = (role: Role, permission: Permission): boolean =>
  can([statementsOf(role, undefined, { kind: "organization" }, "the catalogue")], permission);

/** Every permission, every organization's roles, and which hold which. */
export function catalogue(): PermissionCatalogue {
  const guarded: readonly Permission[] = protectedPermissions;
  return {
    permissions: permissions.map((name) => ({
      name,
      summary: permissionSummaries[name],
      byLabels: isOfAgents(name),
      protected: guarded.includes(name),
      roles: roles.filter((role) => holds(role, name)),
    })),
    roles: roles.map((name) => ({
      name,
      summary: roleSummaries[name],
      permissions: permissions.filter((permission) => holds(name, permission)),
    })),
  };
}
