import { and, asc, eq, gt, inArray, sql } from "drizzle-orm";
import type { Id, OrganizationId, TeamId, UserId } from "../../domain/ids.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { type Slice, slice } from "../paging.ts";
import { memberships, teamMembers, teams, users } from "../schema/index.ts";

export type TeamRow = typeof teams.$inferSelect;

const selectTeams = (db: Database) =>
  db.orm
    .select({
      row: teams,
      memberCount: sql<number>`(select count(*) from ${teamMembers} where ${eq(teamMembers.teamId, teams.id)})`,
    })
    .from(teams);

export type CountedTeam = Awaited<ReturnType<typeof selectTeams>>[number];

export async function findTeam(
  db: Database,
  organizationIds: readonly OrganizationId[],
  teamId: TeamId,
): Promise<CountedTeam | undefined> {
  const [row] = await selectTeams(db)
    .where(and(eq(teams.id, teamId), inArray(teams.organizationId, [...organizationIds])))
    .limit(1);
  return row;
}

export async function listTeams(
  db: Database,
  organizationId: OrganizationId,
  page: { limit: number; after?: TeamId },
): Promise<Slice<CountedTeam>> {
  const rows = await selectTeams(db)
    .where(and(eq(teams.organizationId, organizationId), page.after ? gt(teams.id, page.after) : undefined))
    .orderBy(asc(teams.id))
    .limit(page.limit + 1);
  return slice(rows, page.limit);
}

/** Those of these ids that are teams of the organization. */
export function teamsAmong(
  db: Database,
  organizationId: OrganizationId,
  teamIds: readonly TeamId[],
): Promise<TeamRow[]> {
  return db.orm
    .select()
    .from(teams)
    .where(and(eq(teams.organizationId, organizationId), inArray(teams.id, [...teamIds])));
}

export function insertTeam(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<typeof teams.$inferInsert, "organizationId">,
): Statement {
  return statement(db.orm.insert(teams).values({ ...row, organizationId }));
}

export function updateTeam(
  db: Database,
  organizationId: OrganizationId,
  teamId: TeamId,
  change: Pick<TeamRow, "name" | "slug">,
): Statement {
  return statement(
    db.orm
      .update(teams)
      .set(change)
      .where(and(eq(teams.organizationId, organizationId), eq(teams.id, teamId))),
  );
}

/** The team and its memberships; its bindings go beside it. */
export function deleteTeam(db: Database, organizationId: OrganizationId, teamId: TeamId): Statement[] {
  return [
    statement(
      db.orm
        .delete(teamMembers)
        .where(and(eq(teamMembers.organizationId, organizationId), eq(teamMembers.teamId, teamId))),
    ),
    statement(
      db.orm.delete(teams).where(and(eq(teams.organizationId, organizationId), eq(teams.id, teamId))),
    ),
  ];
}

const selectTeamMembers = (db: Database) =>
  db.orm
    .select({ row: teamMembers, email: users.email, name: users.name })
    .from(teamMembers)
    .innerJoin(users, eq(users.id, teamMembers.userId));

export type TeamMemberRow = Awaited<ReturnType<typeof selectTeamMembers>>[number];

export async function findTeamMember(
  db: Database,
  organizationId: OrganizationId,
  teamId: TeamId,
  userId: UserId,
): Promise<TeamMemberRow | undefined> {
  const [row] = await selectTeamMembers(db)
    .where(
      and(
        eq(teamMembers.organizationId, organizationId),
        eq(teamMembers.teamId, teamId),
        eq(teamMembers.userId, userId),
      ),
    )
    .limit(1);
  return row;
}

export async function listTeamMembers(
  db: Database,
  organizationId: OrganizationId,
  teamId: TeamId,
  page: { limit: number; after?: UserId },
): Promise<Slice<TeamMemberRow>> {
  const rows = await selectTeamMembers(db)
    .where(
      and(
        eq(teamMembers.organizationId, organizationId),
        eq(teamMembers.teamId, teamId),
        page.after ? gt(teamMembers.userId, page.after) : undefined,
      ),
    )
    .orderBy(asc(teamMembers.userId))
    .limit(page.limit + 1);
  return slice(rows, page.limit);
}

export function insertTeamMember(
  db: Database,
  organizationId: OrganizationId,
  row: { id: Id<"membership">; teamId: TeamId; userId: UserId; createdAt: number },
): Statement {
  return statement(db.orm.insert(teamMembers).values({ ...row, organizationId }));
}

export function deleteTeamMember(
  db: Database,
  organizationId: OrganizationId,
  teamId: TeamId,
  userId: UserId,
): Statement {
  return statement(
    db.orm
      .delete(teamMembers)
      .where(
        and(
          eq(teamMembers.organizationId, organizationId),
          eq(teamMembers.teamId, teamId),
          eq(teamMembers.userId, userId),
        ),
      ),
  );
}

export function isMember(organizationId: OrganizationId, userId: UserId) {
  return sql`exists (select 1 from ${memberships} where ${and(
    eq(memberships.organizationId, organizationId),
    eq(memberships.userId, userId),
  )})`;
}
