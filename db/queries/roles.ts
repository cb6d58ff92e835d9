import { and, asc, eq, gt, inArray, sql } from "drizzle-orm";
import type { Id, OrganizationId, RoleId, ServiceAccountId, TeamId, UserId } from "../../domain/ids.ts";
import type { Role } from "../../domain/tenancy/roles.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { type Slice, slice } from "../paging.ts";
import {
  apiKeys,
  customRoles,
  invitations,
  memberships,
  roleBindings,
  serviceAccounts,
  ssoConnections,
  teams,
  users,
} from "../schema/index.ts";

export type CustomRoleRow = typeof customRoles.$inferSelect;
export type BindingRow = typeof roleBindings.$inferSelect;

export async function findCustomRole(
  db: Database,
  organizationIds: readonly OrganizationId[],
  roleId: RoleId,
): Promise<CustomRoleRow | undefined> {
  const [row] = await db.orm
    .select()
    .from(customRoles)
    .where(and(eq(customRoles.id, roleId), inArray(customRoles.organizationId, [...organizationIds])))
    .limit(1);
  return row;
}

export async function listCustomRoles(
  db: Database,
  organizationId: OrganizationId,
  page: { limit: number; after?: RoleId },
): Promise<Slice<CustomRoleRow>> {
  const rows = await db.orm
    .select()
    .from(customRoles)
    .where(
      and(
        eq(customRoles.organizationId, organizationId),
        page.after ? gt(customRoles.id, page.after) : undefined,
      ),
    )
    .orderBy(asc(customRoles.id))
    .limit(page.limit + 1);
  return slice(rows, page.limit);
}

export function insertCustomRole(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<typeof customRoles.$inferInsert, "organizationId">,
): Statement {
  return statement(db.orm.insert(customRoles).values({ ...row, organizationId }));
}

export function roleHasVersion(organizationId: OrganizationId, roleId: RoleId, version: number) {
  return sql`exists (select 1 from ${customRoles} where ${and(
    eq(customRoles.organizationId, organizationId),
    eq(customRoles.id, roleId),
    eq(customRoles.version, version),
  )})`;
}

export function roleExists(organizationId: OrganizationId, roleId: RoleId) {
  return sql`exists (select 1 from ${customRoles} where ${and(
    eq(customRoles.organizationId, organizationId),
    eq(customRoles.id, roleId),
  )})`;
}

export function updateCustomRole(
  db: Database,
  organizationId: OrganizationId,
  roleId: RoleId,
  change: Pick<CustomRoleRow, "name" | "description" | "statements" | "version" | "updatedAt">,
): Statement {
  return statement(
    db.orm
      .update(customRoles)
      .set(change)
      .where(and(eq(customRoles.organizationId, organizationId), eq(customRoles.id, roleId))),
  );
}

export function deleteCustomRole(db: Database, organizationId: OrganizationId, roleId: RoleId): Statement {
  return statement(
    db.orm
      .delete(customRoles)
      .where(and(eq(customRoles.organizationId, organizationId), eq(customRoles.id, roleId))),
  );
}

/** Each place that can name a role, with how many of its rows name this one. Rows that count no longer are left out. */
function placesOfRole(organizationId: OrganizationId, roleId: RoleId) {
  return {
    members: sql`(select count(*) from ${memberships} where ${and(eq(memberships.organizationId, organizationId), eq(memberships.role, roleId))})`,
    bindings: sql`(select count(*) from ${roleBindings} where ${and(eq(roleBindings.organizationId, organizationId), eq(roleBindings.role, roleId))})`,
    serviceAccounts: sql`(select count(*) from ${serviceAccounts} where ${and(eq(serviceAccounts.organizationId, organizationId), eq(serviceAccounts.role, roleId))})`,
    apiKeys: sql`(select count(*) from ${apiKeys} where ${and(eq(apiKeys.organizationId, organizationId), eq(apiKeys.role, roleId))} and ${apiKeys.revokedAt} is null)`,
    invitations: sql`(select count(*) from ${invitations} where ${and(eq(invitations.organizationId, organizationId), eq(invitations.role, roleId))} and ${invitations.acceptedAt} is null and ${invitations.revokedAt} is null)`,
    ssoConnections: sql`(select count(*) from ${ssoConnections} where ${eq(ssoConnections.organizationId, organizationId)} and (${ssoConnections.defaultRole} = ${roleId} or exists (select 1 from json_each(${ssoConnections.groupRoles}) where json_extract(value, '$.role') = ${roleId})))`,
  };
}

export type RoleUses = Record<keyof ReturnType<typeof placesOfRole>, number>;

export async function countRoleUses(
  db: Database,
  organizationId: OrganizationId,
  roleId: RoleId,
): Promise<RoleUses> {
  const [row] = await db.orm
    .select(placesOfRole(organizationId, roleId))
    .from(customRoles)
    .where(and(eq(customRoles.organizationId, organizationId), eq(customRoles.id, roleId)));
  const none = {
    members: 0,
    bindings: 0,
    serviceAccounts: 0,
    apiKeys: 0,
    invitations: 0,
    ssoConnections: 0,
  };
  // count(*) is a number in both stores.
  return (row as RoleUses | undefined) ?? none;
}

export function roleUnused(organizationId: OrganizationId, roleId: RoleId) {
  return sql.join(
    Object.values(placesOfRole(organizationId, roleId)).map((count) => sql`${count} = 0`),
    sql` and `,
  );
}

export interface NamedBinding {
  binding: BindingRow;
  custom: CustomRoleRow | null;
  /** Of the team, the service account, or the person; null = gone. */
  subjectName: string | null;
}

const selectBindings = (db: Database) =>
  db.orm
    .select({
      binding: roleBindings,
      custom: customRoles,
      subjectName: sql<
        string | null
      >`coalesce(${teams.name}, ${serviceAccounts.name}, ${users.name}, ${users.email})`,
    })
    .from(roleBindings)
    .leftJoin(
      customRoles,
      and(eq(customRoles.id, roleBindings.role), eq(customRoles.organizationId, roleBindings.organizationId)),
    )
    .leftJoin(
      teams,
      and(eq(teams.id, roleBindings.subject), eq(teams.organizationId, roleBindings.organizationId)),
    )
    .leftJoin(
      serviceAccounts,
      and(
        eq(serviceAccounts.id, roleBindings.subject),
        eq(serviceAccounts.organizationId, roleBindings.organizationId),
      ),
    )
    .leftJoin(users, eq(users.id, roleBindings.subject));

export async function findBinding(
  db: Database,
  organizationIds: readonly OrganizationId[],
  bindingId: Id<"binding">,
): Promise<NamedBinding | undefined> {
  const [row] = await selectBindings(db)
    .where(and(eq(roleBindings.id, bindingId), inArray(roleBindings.organizationId, [...organizationIds])))
    .limit(1);
  return row;
}

export async function listBindings(
  db: Database,
  organizationId: OrganizationId,
  filter: { subject?: UserId | TeamId | ServiceAccountId; role?: Role | RoleId },
  page: { limit: number; after?: Id<"binding"> },
): Promise<Slice<NamedBinding>> {
  const rows = await selectBindings(db)
    .where(
      and(
        eq(roleBindings.organizationId, organizationId),
        filter.subject ? eq(roleBindings.subject, filter.subject) : undefined,
        filter.role ? eq(roleBindings.role, filter.role) : undefined,
        page.after ? gt(roleBindings.id, page.after) : undefined,
      ),
    )
    .orderBy(asc(roleBindings.id))
    .limit(page.limit + 1);
  return slice(rows, page.limit);
}

/** All that a subject is given beside the role of its own. They are few. */
export function bindingsOf(
  db: Database,
  organizationId: OrganizationId,
  subject: UserId | TeamId | ServiceAccountId,
) {
  return db.orm
    .select({ binding: roleBindings, custom: customRoles })
    .from(roleBindings)
    .leftJoin(
      customRoles,
      and(eq(customRoles.id, roleBindings.role), eq(customRoles.organizationId, roleBindings.organizationId)),
    )
    .where(and(eq(roleBindings.organizationId, organizationId), eq(roleBindings.subject, subject)));
}

export function insertBinding(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<typeof roleBindings.$inferInsert, "organizationId">,
): Statement {
  return statement(db.orm.insert(roleBindings).values({ ...row, organizationId }));
}

export function deleteBinding(
  db: Database,
  organizationId: OrganizationId,
  bindingId: Id<"binding">,
): Statement {
  return statement(
    db.orm
      .delete(roleBindings)
      .where(and(eq(roleBindings.organizationId, organizationId), eq(roleBindings.id, bindingId))),
  );
}

export function deleteBindingsOf(
  db: Database,
  organizationId: OrganizationId,
  subject: UserId | TeamId | ServiceAccountId,
): Statement {
  return statement(
    db.orm
      .delete(roleBindings)
      .where(and(eq(roleBindings.organizationId, organizationId), eq(roleBindings.subject, subject))),
  );
}

/** The person, team or service account is still there. */
export function subjectExists(organizationId: OrganizationId, subject: UserId | TeamId | ServiceAccountId) {
  return sql`(exists (select 1 from ${memberships} where ${and(
    eq(memberships.organizationId, organizationId),
    sql`${memberships.userId} = ${subject}`,
  )}) or exists (select 1 from ${teams} where ${and(
    eq(teams.organizationId, organizationId),
    sql`${teams.id} = ${subject}`,
  )}) or exists (select 1 from ${serviceAccounts} where ${and(
    eq(serviceAccounts.organizationId, organizationId),
    sql`${serviceAccounts.id} = ${subject}`,
  )}))`;
}

export function bindingsAtMost(
  organizationId: OrganizationId,
  subject: UserId | TeamId | ServiceAccountId,
  limit: number,
) {
  return sql`(select count(*) from ${roleBindings} where ${and(
    eq(roleBindings.organizationId, organizationId),
    eq(roleBindings.subject, subject),
  )}) <= ${limit}`;
}
