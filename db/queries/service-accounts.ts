import { and, asc, eq, gt, inArray } from "drizzle-orm";
import type { OrganizationId, ServiceAccountId } from "../../domain/ids.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { type Slice, slice } from "../paging.ts";
import { customRoles, serviceAccounts } from "../schema/index.ts";

export type ServiceAccountRow = typeof serviceAccounts.$inferSelect;

const selectNamed = (db: Database) =>
  db.orm
    .select({ row: serviceAccounts, custom: customRoles })
    .from(serviceAccounts)
    .leftJoin(
      customRoles,
      and(
        eq(customRoles.id, serviceAccounts.role),
        eq(customRoles.organizationId, serviceAccounts.organizationId),
      ),
    );

/** With the organization's own role that it has, if it is one of those. */
export type NamedServiceAccount = Awaited<ReturnType<typeof selectNamed>>[number];

export async function findServiceAccount(
  db: Database,
  organizationIds: readonly OrganizationId[],
  serviceAccountId: ServiceAccountId,
): Promise<NamedServiceAccount | undefined> {
  const [row] = await selectNamed(db)
    .where(
      and(
        eq(serviceAccounts.id, serviceAccountId),
        inArray(serviceAccounts.organizationId, [...organizationIds]),
      ),
    )
    .limit(1);
  return row;
}

export async function listServiceAccounts(
  db: Database,
  organizationId: OrganizationId,
  page: { limit: number; after?: ServiceAccountId },
): Promise<Slice<NamedServiceAccount>> {
  const rows = await selectNamed(db)
    .where(
      and(
        eq(serviceAccounts.organizationId, organizationId),
        page.after ? gt(serviceAccounts.id, page.after) : undefined,
      ),
    )
    .orderBy(asc(serviceAccounts.id))
    .limit(page.limit + 1);
  return slice(rows, page.limit);
}

export function insertServiceAccount(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<typeof serviceAccounts.$inferInsert, "organizationId">,
): Statement {
  return statement(db.orm.insert(serviceAccounts).values({ ...row, organizationId }));
}

export function updateServiceAccount(
  db: Database,
  organizationId: OrganizationId,
  serviceAccountId: ServiceAccountId,
  change: Pick<ServiceAccountRow, "name" | "description" | "role" | "disabledAt">,
): Statement {
  return statement(
    db.orm
      .update(serviceAccounts)
      .set(change)
      .where(
        and(eq(serviceAccounts.organizationId, organizationId), eq(serviceAccounts.id, serviceAccountId)),
      ),
  );
}

export function deleteServiceAccount(
  db: Database,
  organizationId: OrganizationId,
  serviceAccountId: ServiceAccountId,
): Statement {
  return statement(
    db.orm
      .delete(serviceAccounts)
      .where(
        and(eq(serviceAccounts.organizationId, organizationId), eq(serviceAccounts.id, serviceAccountId)),
      ),
  );
}
