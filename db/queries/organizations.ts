import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";
import type { OrganizationId, UserId } from "../../domain/ids.ts";
import type { Plan } from "../../domain/tenancy/plans.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { memberships, organizations } from "../schema/index.ts";

export function insertOrganization(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<typeof organizations.$inferInsert, "id"> & { plan: Plan },
): Statement {
  return statement(db.orm.insert(organizations).values({ ...row, id: organizationId }));
}

export type WebhookKeyRow = { version: number; rotatedAt: number | null };

export async function findWebhookKey(
  db: Database,
  organizationId: OrganizationId,
): Promise<WebhookKeyRow | undefined> {
  const [row] = await db.orm
    .select({ version: organizations.webhookKeyVersion, rotatedAt: organizations.webhookKeyRotatedAt })
    .from(organizations)
    .where(eq(organizations.id, organizationId))
    .limit(1);
  return row;
}

export function webhookKeyHasVersion(organizationId: OrganizationId, version: number) {
  return sql`exists (select 1 from ${organizations} where ${and(
    eq(organizations.id, organizationId),
    eq(organizations.webhookKeyVersion, version),
  )})`;
}

export function rotateWebhookKey(
  db: Database,
  organizationId: OrganizationId,
  version: number,
  nowMs: number,
): Statement {
  return statement(
    db.orm
      .update(organizations)
      .set({ webhookKeyVersion: version, webhookKeyRotatedAt: nowMs })
      .where(eq(organizations.id, organizationId)),
  );
}

export function insertMembership(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<typeof memberships.$inferInsert, "organizationId">,
): Statement {
  return statement(db.orm.insert(memberships).values({ ...row, organizationId }));
}

export type OrganizationRow = typeof organizations.$inferSelect;

export async function findOrganization(
  db: Database,
  organizationId: OrganizationId,
): Promise<OrganizationRow | undefined> {
  const [row] = await db.orm
    .select()
    .from(organizations)
    .where(eq(organizations.id, organizationId))
    .limit(1);
  return row;
}

export function organizationHasVersion(organizationId: OrganizationId, version: number) {
  return sql`exists (select 1 from ${organizations} where ${and(
    eq(organizations.id, organizationId),
    eq(organizations.version, version),
  )})`;
}

export function organizationIsDeleted(organizationId: OrganizationId, deleted: boolean) {
  return sql`exists (select 1 from ${organizations} where ${and(
    eq(organizations.id, organizationId),
    deleted ? isNotNull(organizations.deletedAt) : isNull(organizations.deletedAt),
  )})`;
}

export function updateOrganization(
  db: Database,
  organizationId: OrganizationId,
  change: Partial<Pick<OrganizationRow, "name" | "slug" | "deletedAt" | "deletedBy">>,
): Statement {
  return statement(
    db.orm
      .update(organizations)
      .set({ ...change, version: sql`${organizations.version} + 1` })
      .where(eq(organizations.id, organizationId)),
  );
}

/** Of a person who would have more organizations than `limit` to answer for. */
export function ownsAtMost(userId: UserId, limit: number) {
  return sql`(select count(*) from ${memberships} where ${and(
    eq(memberships.userId, userId),
    eq(memberships.role, "owner"),
  )}) <= ${limit}`;
}
