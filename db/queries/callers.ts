/** The person behind a request. Every request begins with this, so it is one round trip, compiled once. */
import { and, eq, gt, inArray, isNull, or, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import type { Id, OrganizationId, UserId } from "../../domain/ids.ts";
import type { Database } from "../client.ts";
import {
  customRoles,
  memberships,
  organizations,
  roleBindings,
  sessions,
  ssoConnections,
  teamMembers,
  teams,
  users,
} from "../schema/index.ts";
import type { BindingOfUser, OrganizationOfUser } from "./people.ts";

/** A row for each binding, and for each organization without one. */
function prepare(db: Database) {
  const boundRoles = alias(customRoles, "bound_roles");
  const userId = sql.placeholder("userId");
  const ownTeams = db.orm
    .select({ id: teamMembers.teamId })
    .from(teamMembers)
    .where(eq(teamMembers.userId, userId));
  return db.orm
    .select({
      user: { id: users.id, name: users.name, email: users.email },
      session: {
        id: sessions.id,
        secondFactor: sessions.secondFactor,
        authenticatedAt: sessions.authenticatedAt,
      },
      ssoConnectionOf: ssoConnections.organizationId,
      role: memberships.role,
      organization: organizations,
      custom: customRoles,
      binding: roleBindings,
      boundRole: boundRoles,
      team: teams.name,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .leftJoin(ssoConnections, eq(ssoConnections.id, sessions.ssoConnectionId))
    .leftJoin(memberships, eq(memberships.userId, users.id))
    .leftJoin(organizations, eq(organizations.id, memberships.organizationId))
    .leftJoin(
      customRoles,
      and(eq(customRoles.id, memberships.role), eq(customRoles.organizationId, memberships.organizationId)),
    )
    .leftJoin(
      roleBindings,
      and(
        eq(roleBindings.organizationId, memberships.organizationId),
        or(eq(roleBindings.subject, userId), inArray(roleBindings.subject, ownTeams)),
      ),
    )
    .leftJoin(
      boundRoles,
      and(eq(boundRoles.id, roleBindings.role), eq(boundRoles.organizationId, roleBindings.organizationId)),
    )
    .leftJoin(
      teams,
      and(eq(teams.id, roleBindings.subject), eq(teams.organizationId, roleBindings.organizationId)),
    )
    .where(
      and(
        eq(sessions.id, sql.placeholder("sessionId")),
        eq(sessions.userId, userId),
        isNull(sessions.revokedAt),
        gt(sessions.expiresAt, sql.placeholder("nowMs")),
      ),
    )
    .orderBy(organizations.id)
    .prepare();
}

const prepared = new WeakMap<Database, ReturnType<typeof prepare>>();

function preparedOf(db: Database): ReturnType<typeof prepare> {
  const known = prepared.get(db);
  if (known) return known;
  const made = prepare(db);
  prepared.set(db, made);
  return made;
}

/** The person of a session that still counts, with the organizations, and the roles bound to the person in them. */
export async function findCaller(db: Database, userId: UserId, sessionId: Id<"session">, nowMs: number) {
  const rows = await preparedOf(db).all({ userId, sessionId, nowMs });
  const [first] = rows;
  if (!first) return undefined;
  const { user, session, ssoConnectionOf } = first;
  const organizationsById = new Map<OrganizationId, OrganizationOfUser>();
  const bindings: BindingOfUser[] = [];
  for (const { organization, role, custom, binding, boundRole, team } of rows) {
    if (organization && role) organizationsById.set(organization.id, { organization, role, custom });
    if (binding) bindings.push({ binding, custom: boundRole, team });
  }
  return { user, session, ssoConnectionOf, organizations: [...organizationsById.values()], bindings };
}
