import { and, asc, eq, gt, inArray, isNotNull, or, sql } from "drizzle-orm";
import type { Id, OrganizationId, RoleId, UserId } from "../../domain/ids.ts";
import type { Role } from "../../domain/tenancy/roles.ts";
import type { Guard } from "../batch.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { type Slice, slice } from "../paging.ts";
import {
  customRoles,
  identities,
  memberships,
  passkeys,
  roleBindings,
  teamMembers,
  teams,
  users,
} from "../schema/index.ts";

const selectMembers = (db: Database) =>
  db.orm
    .select({
      membership: memberships,
      email: users.email,
      name: users.name,
      custom: customRoles,
      twoFactor: sql<number>`${or(
        isNotNull(users.totpConfirmedAt),
        sql`exists (select 1 from ${passkeys} where ${eq(passkeys.userId, users.id)})`,
      )}`,
    })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .leftJoin(
      customRoles,
      and(eq(customRoles.id, memberships.role), eq(customRoles.organizationId, memberships.organizationId)),
    );

export type MemberRow = Awaited<ReturnType<typeof selectMembers>>[number];

export async function findMember(
  db: Database,
  organizationId: OrganizationId,
  userId: UserId,
): Promise<MemberRow | undefined> {
  const [row] = await selectMembers(db)
    .where(and(eq(memberships.organizationId, organizationId), eq(memberships.userId, userId)))
    .limit(1);
  return row;
}

export async function findMemberByEmail(
  db: Database,
  organizationId: OrganizationId,
  email: string,
): Promise<MemberRow | undefined> {
  const [row] = await selectMembers(db)
    .where(and(eq(memberships.organizationId, organizationId), eq(users.email, email)))
    .limit(1);
  return row;
}

/** Oldest first. `q` is a part of the name or e-mail address, in any case. */
export async function listMembers(
  db: Database,
  organizationId: OrganizationId,
  filter: { q?: string; role?: Role | RoleId },
  page: { limit: number; after?: Id<"membership"> },
): Promise<Slice<MemberRow>> {
  const has = (column: typeof users.email | typeof users.name, text: string) =>
    sql`instr(lower(coalesce(${column}, '')), ${text.toLowerCase()}) > 0`;
  const rows = await selectMembers(db)
    .where(
      and(
        eq(memberships.organizationId, organizationId),
        filter.role ? eq(memberships.role, filter.role) : undefined,
        filter.q ? or(has(users.email, filter.q), has(users.name, filter.q)) : undefined,
        page.after ? gt(memberships.id, page.after) : undefined,
      ),
    )
    .orderBy(asc(memberships.id))
    .limit(page.limit + 1);
  return slice(rows, page.limit);
}

/** Names of the teams of these people. */
export function teamsOfMembers(db: Database, organizationId: OrganizationId, userIds: readonly UserId[]) {
  return db.orm
    .select({ userId: teamMembers.userId, id: teams.id, name: teams.name })
    .from(teamMembers)
    .innerJoin(
      teams,
      and(eq(teams.id, teamMembers.teamId), eq(teams.organizationId, teamMembers.organizationId)),
    )
    .where(and(eq(teamMembers.organizationId, organizationId), inArray(teamMembers.userId, [...userIds])))
    .orderBy(asc(teams.id));
}

/** All that the person's teams give. */
export function teamBindingsOfMember(db: Database, organizationId: OrganizationId, userId: UserId) {
  const own = db.orm
    .select({ id: teamMembers.teamId })
    .from(teamMembers)
    .where(and(eq(teamMembers.organizationId, organizationId), eq(teamMembers.userId, userId)));
  return db.orm
    .select({ binding: roleBindings, custom: customRoles })
    .from(roleBindings)
    .leftJoin(
      customRoles,
      and(eq(customRoles.id, roleBindings.role), eq(customRoles.organizationId, roleBindings.organizationId)),
    )
    .where(and(eq(roleBindings.organizationId, organizationId), inArray(roleBindings.subject, own)));
}

/** A role that a person gives takes the place of the one that the groups of single sign-on gave. */
export function setMemberRole(
  db: Database,
  organizationId: OrganizationId,
  userId: UserId,
  role: Role | RoleId,
): Statement {
  return statement(
    db.orm
      .update(memberships)
      .set({ role, ssoRole: null })
      .where(and(eq(memberships.organizationId, organizationId), eq(memberships.userId, userId))),
  );
}

export function memberHasRole(organizationId: OrganizationId, userId: UserId, role: Role | RoleId) {
  return sql`exists (select 1 from ${memberships} where ${and(
    eq(memberships.organizationId, organizationId),
    eq(memberships.userId, userId),
    eq(memberships.role, role),
  )})`;
}

/** Asked of what the write leaves behind: an organization never is without an owner. */
export function ownerLeft(organizationId: OrganizationId): Guard {
  return {
    name: "owner",
    after: true,
    holds: sql`exists (select 1 from ${memberships} where ${and(
      eq(memberships.organizationId, organizationId),
      eq(memberships.role, "owner" satisfies Role),
    )})`,
  };
}

/** The membership and all that came with it. Keys are revoked beside it. */
export function deleteMember(db: Database, organizationId: OrganizationId, userId: UserId): Statement[] {
  return [
    statement(
      db.orm
        .delete(memberships)
        .where(and(eq(memberships.organizationId, organizationId), eq(memberships.userId, userId))),
    ),
    statement(
      db.orm
        .delete(teamMembers)
        .where(and(eq(teamMembers.organizationId, organizationId), eq(teamMembers.userId, userId))),
    ),
    statement(
      db.orm
        .delete(roleBindings)
        .where(and(eq(roleBindings.organizationId, organizationId), eq(roleBindings.subject, userId))),
    ),
    statement(
      db.orm
        .delete(identities)
        .where(and(eq(identities.organizationId, organizationId), eq(identities.userId, userId))),
    ),
  ];
}
