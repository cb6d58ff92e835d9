/** People and their sessions belong to no organization; memberships tie the two. */
import { and, desc, eq, gt, inArray, isNull, lt, ne, or, sql } from "drizzle-orm";
import type { Id, UserId } from "../../domain/ids.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { type Slice, slice } from "../paging.ts";
import {
  accountEvents,
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

export type UserRow = typeof users.$inferSelect;
export type SessionRow = typeof sessions.$inferSelect;
export type AccountEventRow = typeof accountEvents.$inferSelect;

export async function findUserByEmail(db: Database, email: string): Promise<UserRow | undefined> {
  const [row] = await db.orm.select().from(users).where(eq(users.email, email)).limit(1);
  return row;
}

export async function findUser(db: Database, userId: UserId): Promise<UserRow | undefined> {
  const [row] = await db.orm.select().from(users).where(eq(users.id, userId)).limit(1);
  return row;
}

/** The organizations of a person, with the role in each, oldest first. Also those that wait to be erased. */
export function organizationsOfUser(db: Database, userId: UserId) {
  return db.orm
    .select({ organization: organizations, role: memberships.role, custom: customRoles })
    .from(memberships)
    .innerJoin(organizations, eq(organizations.id, memberships.organizationId))
    .leftJoin(
      customRoles,
      and(eq(customRoles.id, memberships.role), eq(customRoles.organizationId, memberships.organizationId)),
    )
    .where(eq(memberships.userId, userId))
    .orderBy(organizations.id);
}

export type OrganizationOfUser = Awaited<ReturnType<typeof organizationsOfUser>>[number];

/** Roles that a person has beside those of the memberships: bound to the person, or to one of the person's teams. */
export function bindingsOfUser(db: Database, userId: UserId) {
  const ownTeams = db.orm
    .select({ id: teamMembers.teamId })
    .from(teamMembers)
    .where(eq(teamMembers.userId, userId));
  return db.orm
    .select({ binding: roleBindings, custom: customRoles, team: teams.name })
    .from(roleBindings)
    .leftJoin(
      customRoles,
      and(eq(customRoles.id, roleBindings.role), eq(customRoles.organizationId, roleBindings.organizationId)),
    )
    .leftJoin(
      teams,
      and(eq(teams.id, roleBindings.subject), eq(teams.organizationId, roleBindings.organizationId)),
    )
    .where(or(eq(roleBindings.subject, userId), inArray(roleBindings.subject, ownTeams)));
}

export type BindingOfUser = Awaited<ReturnType<typeof bindingsOfUser>>[number];

/** The person of a session that still counts. */
export async function findSignedIn(db: Database, sessionId: Id<"session">, nowMs: number) {
  const [row] = await db.orm
    .select({ user: users, session: sessions, ssoConnectionOf: ssoConnections.organizationId })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .leftJoin(ssoConnections, eq(ssoConnections.id, sessions.ssoConnectionId))
    .where(and(eq(sessions.id, sessionId), isNull(sessions.revokedAt), gt(sessions.expiresAt, nowMs)))
    .limit(1);
  return row;
}

export function insertUser(db: Database, row: typeof users.$inferInsert): Statement {
  return statement(db.orm.insert(users).values(row));
}

export function insertAccountEvent(db: Database, row: typeof accountEvents.$inferInsert): Statement {
  return statement(db.orm.insert(accountEvents).values(row));
}

export function insertSession(db: Database, row: typeof sessions.$inferInsert): Statement {
  return statement(db.orm.insert(sessions).values(row));
}

export async function findSession(db: Database, sessionId: Id<"session">): Promise<SessionRow | undefined> {
  const [row] = await db.orm.select().from(sessions).where(eq(sessions.id, sessionId)).limit(1);
  return row;
}

/** Holds for one caller only: the generation moves on once. */
export function sessionStands(sessionId: Id<"session">, generation: number, nowMs: number) {
  return sql`exists (select 1 from ${sessions} where ${and(
    eq(sessions.id, sessionId),
    eq(sessions.generation, generation),
    isNull(sessions.revokedAt),
    gt(sessions.expiresAt, nowMs),
  )})`;
}

export function rotateSession(
  db: Database,
  sessionId: Id<"session">,
  generation: number,
  nowMs: number,
  expiresAt: number,
): Statement {
  return statement(
    db.orm
      .update(sessions)
      .set({ generation: generation + 1, rotatedAt: nowMs, expiresAt })
      .where(and(eq(sessions.id, sessionId), eq(sessions.generation, generation))),
  );
}

export function revokeSession(db: Database, sessionId: Id<"session">, nowMs: number): Statement {
  return statement(
    db.orm
      .update(sessions)
      .set({ revokedAt: nowMs })
      .where(and(eq(sessions.id, sessionId), isNull(sessions.revokedAt))),
  );
}

/** All of a person's sessions that are open, but the one that is to stay. */
export function revokeSessions(
  db: Database,
  userId: UserId,
  nowMs: number,
  except?: Id<"session">,
): Statement {
  return statement(
    db.orm
      .update(sessions)
      .set({ revokedAt: nowMs })
      .where(
        and(
          eq(sessions.userId, userId),
          isNull(sessions.revokedAt),
          gt(sessions.expiresAt, nowMs),
          except && ne(sessions.id, except),
        ),
      ),
  );
}

const newest = 100;

/** Of a person's newest sessions, ended ones too. */
export async function userAgentsOfUser(db: Database, userId: UserId): Promise<string[]> {
  const rows = await db.orm
    .select({ userAgent: sessions.userAgent })
    .from(sessions)
    .where(eq(sessions.userId, userId))
    .orderBy(desc(sessions.id))
    .limit(newest);
  return rows.map((row) => row.userAgent);
}

/** Those that are open, newest first. */
export async function openSessionsOfUser(
  db: Database,
  userId: UserId,
  page: { nowMs: number; limit: number; before?: Id<"session"> },
): Promise<Slice<SessionRow>> {
  const rows = await db.orm
    .select()
    .from(sessions)
    .where(
      and(
        eq(sessions.userId, userId),
        isNull(sessions.revokedAt),
        gt(sessions.expiresAt, page.nowMs),
        page.before && lt(sessions.id, page.before),
      ),
    )
    .orderBy(desc(sessions.id))
    .limit(page.limit + 1);
  return slice(rows, page.limit);
}

/** Newest first. */
export async function accountEventsOfUser(
  db: Database,
  userId: UserId,
  page: { limit: number; before?: Id<"accountEvent"> },
): Promise<Slice<AccountEventRow>> {
  const rows = await db.orm
    .select()
    .from(accountEvents)
    .where(and(eq(accountEvents.userId, userId), page.before && lt(accountEvents.id, page.before)))
    .orderBy(desc(accountEvents.id))
    .limit(page.limit + 1);
  return slice(rows, page.limit);
}

export function updateUser(
  db: Database,
  userId: UserId,
  set: Partial<Pick<UserRow, "name" | "email" | "emailVerifiedAt" | "passwordHash" | "passwordChangedAt">>,
): Statement {
  return statement(db.orm.update(users).set(set).where(eq(users.id, userId)));
}
