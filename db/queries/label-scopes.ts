import { and, eq, isNull, like, sql } from "drizzle-orm";
import type { OrganizationId } from "../../domain/ids.ts";
import type { Database } from "../client.ts";
import { apiKeys, customRoles, roleBindings } from "../schema/index.ts";

/** Where an organization's access goes by agents' labels: roles that say so themselves, and those that are given so. */
export async function accessByLabels(db: Database, organizationId: OrganizationId) {
  const byLabels = (scope: typeof roleBindings.scope | typeof apiKeys.scope) =>
    sql`json_extract(${scope}, '$.kind') = 'agents'`;
  const [roles, bindings, keys] = await Promise.all([
    db.orm
      .select({ id: customRoles.id, name: customRoles.name, statements: customRoles.statements })
      .from(customRoles)
      .where(and(eq(customRoles.organizationId, organizationId), like(customRoles.statements, '%"agents"%'))),
    db.orm
      .select({ role: roleBindings.role, scope: roleBindings.scope, custom: customRoles })
      .from(roleBindings)
      .leftJoin(
        customRoles,
        and(eq(customRoles.organizationId, organizationId), eq(customRoles.id, roleBindings.role)),
      )
      .where(and(eq(roleBindings.organizationId, organizationId), byLabels(roleBindings.scope))),
    db.orm
      .select({ role: apiKeys.role, scope: apiKeys.scope, custom: customRoles })
      .from(apiKeys)
      .leftJoin(
        customRoles,
        and(eq(customRoles.organizationId, organizationId), eq(customRoles.id, apiKeys.role)),
      )
      .where(
        and(eq(apiKeys.organizationId, organizationId), isNull(apiKeys.revokedAt), byLabels(apiKeys.scope)),
      ),
  ]);
  return { roles, given: [...bindings, ...keys] };
}
