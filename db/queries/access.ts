import { and, eq } from "drizzle-orm";
import type { OrganizationId, ServiceAccountId } from "../../domain/ids.ts";
import type { Database } from "../client.ts";
import { customRoles, roleBindings, serviceAccounts } from "../schema/index.ts";

/** A service account, with its role and bindings. */
export async function findServiceAccountAccess(
  db: Database,
  organizationId: OrganizationId,
  serviceAccountId: ServiceAccountId,
) {
  const [accounts, bindings] = await Promise.all([
    db.orm
      .select({ account: serviceAccounts, custom: customRoles })
      .from(serviceAccounts)
      .leftJoin(
        customRoles,
        and(
          eq(customRoles.id, serviceAccounts.role),
          eq(customRoles.organizationId, serviceAccounts.organizationId),
        ),
      )
      .where(
        and(eq(serviceAccounts.organizationId, organizationId), eq(serviceAccounts.id, serviceAccountId)),
      )
      .limit(1),
    db.orm
      .select({ binding: roleBindings, custom: customRoles })
      .from(roleBindings)
      .leftJoin(
        customRoles,
        and(
          eq(customRoles.id, roleBindings.role),
          eq(customRoles.organizationId, roleBindings.organizationId),
        ),
      )
      .where(
        and(eq(roleBindings.organizationId, organizationId), eq(roleBindings.subject, serviceAccountId)),
      ),
  ]);
  const [found] = accounts;
  return found && { ...found, bindings };
}
