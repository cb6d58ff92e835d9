/** Who signs in by an organization's identity provider, and what its groups give them. */
import { and, eq, isNotNull, isNull, notInArray } from "drizzle-orm";
import type { Id, OrganizationId, RoleId, TeamId, UserId } from "../../domain/ids.ts";
import type { Role } from "../../domain/tenancy/roles.ts";
import { type Database, type Statement, statement } from "../client.ts";
import {
  identities,
  memberships,
  organizations,
  roleBindings,
  ssoConnections,
  ssoDomains,
  teamMembers,
  users,
} from "../schema/index.ts";

export type IdentityRow = typeof identities.$inferSelect;
type ConnectionId = Id<"ssoConnection">;
type AnyRole = Role | RoleId;

/** Who has proved a domain its own, and the connection that its people sign in by. For people who are not signed in. */
export async function findConnectionOfDomain(db: Database, domain: string) {
  const [row] = await db.orm
    .select({ connection: ssoConnections, organization: organizations })
    .from(ssoDomains)
    .innerJoin(ssoConnections, eq(ssoConnections.id, ssoDomains.connectionId))
    .innerJoin(organizations, eq(organizations.id, ssoDomains.organizationId))
    .where(
      and(
        eq(ssoDomains.domain, domain),
        eq(ssoConnections.enabled, true),
        isNotNull(ssoDomains.verifiedAt),
        isNull(organizations.deletedAt),
      ),
    )
    .limit(1);
  return row;
}

/** By its id alone: who signs in is nobody yet. */
export async function findConnectionToSignIn(db: Database, connectionId: Id<"ssoConnection">) {
  const [row] = await db.orm
    .select({ connection: ssoConnections, organization: organizations })
    .from(ssoConnections)
    .innerJoin(organizations, eq(organizations.id, ssoConnections.organizationId))
    .where(and(eq(ssoConnections.id, connectionId), isNull(organizations.deletedAt)))
    .limit(1);
  return row;
}

/** Whether this connection may vouch for addresses of the domain. */
export async function isDomainOf(
  db: Database,
  organizationId: OrganizationId,
  connectionId: ConnectionId,
  domain: string,
): Promise<boolean> {
  const [row] = await db.orm
    .select({ id: ssoDomains.id })
    .from(ssoDomains)
    .where(
      and(
        eq(ssoDomains.organizationId, organizationId),
        eq(ssoDomains.connectionId, connectionId),
        eq(ssoDomains.domain, domain),
        isNotNull(ssoDomains.verifiedAt),
      ),
    )
    .limit(1);
  return row !== undefined;
}

export async function findIdentity(
  db: Database,
  organizationId: OrganizationId,
  connectionId: ConnectionId,
  subject: string,
) {
  const [row] = await db.orm
    .select({ identity: identities, user: users })
    .from(identities)
    .innerJoin(users, eq(users.id, identities.userId))
    .where(
      and(
        eq(identities.organizationId, organizationId),
        eq(identities.connectionId, connectionId),
        eq(identities.subject, subject),
      ),
    )
    .limit(1);
  return row;
}

/** Known already: used now. */
export function keepIdentity(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<IdentityRow, "organizationId">,
): Statement {
  return statement(
    db.orm
      .insert(identities)
      .values({ ...row, organizationId })
      .onConflictDoUpdate({
        target: [identities.connectionId, identities.subject],
        set: { lastUsedAt: row.lastUsedAt },
      }),
  );
}

/** Who else the person is at this provider already. */
export async function findIdentityOf(
  db: Database,
  organizationId: OrganizationId,
  connectionId: ConnectionId,
  userId: UserId,
): Promise<IdentityRow | undefined> {
  const [row] = await db.orm
    .select()
    .from(identities)
    .where(
      and(
        eq(identities.userId, userId),
        eq(identities.organizationId, organizationId),
        eq(identities.connectionId, connectionId),
      ),
    )
    .limit(1);
  return row;
}

export function setMemberByGroups(
  db: Database,
  organizationId: OrganizationId,
  userId: UserId,
  given: { role: AnyRole; ssoRole: AnyRole | null },
): Statement {
  return statement(
    db.orm
      .update(memberships)
      .set(given)
      .where(and(eq(memberships.organizationId, organizationId), eq(memberships.userId, userId))),
  );
}

/** What the groups gave before and what was given by hand, apart. */
export async function givenToMember(db: Database, organizationId: OrganizationId, userId: UserId) {
  const [bindings, inTeams] = await Promise.all([
    db.orm
      .select({ role: roleBindings.role })
      .from(roleBindings)
      .where(
        and(
          eq(roleBindings.subject, userId),
          eq(roleBindings.organizationId, organizationId),
          eq(roleBindings.fromSso, true),
        ),
      ),
    db.orm
      .select({ teamId: teamMembers.teamId })
      .from(teamMembers)
      .where(
        and(
          eq(teamMembers.userId, userId),
          eq(teamMembers.organizationId, organizationId),
          eq(teamMembers.fromSso, true),
        ),
      ),
  ]);
  return { bindings: bindings.map(({ role }) => role), teams: inTeams.map(({ teamId }) => teamId) };
}

/** The roles beside the membership's that come from groups: these, and no others. Those given by hand stay. */
export function replaceBindingsByGroups(
  db: Database,
  organizationId: OrganizationId,
  userId: UserId,
  rows: readonly { id: Id<"binding">; role: AnyRole; createdAt: number }[],
): Statement[] {
  const others = and(
    eq(roleBindings.subject, userId),
    eq(roleBindings.organizationId, organizationId),
    eq(roleBindings.fromSso, true),
    notInArray(
      roleBindings.role,
      rows.map(({ role }) => role),
    ),
  );
  return [
    statement(db.orm.delete(roleBindings).where(others)),
    ...rows.map((row) =>
      statement(
        db.orm
          .insert(roleBindings)
          .values({ ...row, organizationId, subject: userId, scope: { kind: "organization" }, fromSso: true })
          .onConflictDoNothing(),
      ),
    ),
  ];
}

/** As `replaceBindingsByGroups`, for teams. */
export function replaceTeamsByGroups(
  db: Database,
  organizationId: OrganizationId,
  userId: UserId,
  rows: readonly { id: Id<"membership">; teamId: TeamId; createdAt: number }[],
): Statement[] {
  const others = and(
    eq(teamMembers.userId, userId),
    eq(teamMembers.organizationId, organizationId),
    eq(teamMembers.fromSso, true),
    notInArray(
      teamMembers.teamId,
      rows.map(({ teamId }) => teamId),
    ),
  );
  return [
    statement(db.orm.delete(teamMembers).where(others)),
    ...rows.map((row) =>
      statement(
        db.orm
          .insert(teamMembers)
          .values({ ...row, organizationId, userId, fromSso: true })
          .onConflictDoNothing(),
      ),
    ),
  ];
}
