import { and, asc, eq, gt, inArray, sql } from "drizzle-orm";
import type { EnvironmentId, OrganizationId, ProjectId } from "../../domain/ids.ts";
import type { Visible } from "../../domain/tenancy/access.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { type Slice, slice } from "../paging.ts";
import { environments, projects } from "../schema/index.ts";
import { idVisible } from "../visible.ts";

export type ProjectRow = typeof projects.$inferSelect;
export type EnvironmentRow = typeof environments.$inferSelect;

/** A project within one of these organizations. */
export async function findProject(
  db: Database,
  organizationIds: readonly OrganizationId[],
  projectId: ProjectId,
): Promise<ProjectRow | undefined> {
  const [row] = await db.orm
    .select()
    .from(projects)
    .where(and(eq(projects.id, projectId), inArray(projects.organizationId, [...organizationIds])))
    .limit(1);
  return row;
}

export async function listProjects(
  db: Database,
  organizationId: OrganizationId,
  page: { limit: number; after?: ProjectId; visible?: Visible<ProjectId> },
): Promise<Slice<ProjectRow>> {
  const rows = await db.orm
    .select()
    .from(projects)
    .where(
      and(
        eq(projects.organizationId, organizationId),
        page.visible && idVisible(projects.id, page.visible),
        page.after ? gt(projects.id, page.after) : undefined,
      ),
    )
    .orderBy(asc(projects.id))
    .limit(page.limit + 1);
  return slice(rows, page.limit);
}

export function insertProject(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<typeof projects.$inferInsert, "organizationId">,
): Statement {
  return statement(db.orm.insert(projects).values({ ...row, organizationId }));
}

export async function listEnvironments(
  db: Database,
  organizationId: OrganizationId,
  projectId: ProjectId,
  page: { limit: number; after?: EnvironmentId; visible?: Visible<EnvironmentId> },
): Promise<Slice<EnvironmentRow>> {
  const rows = await db.orm
    .select()
    .from(environments)
    .where(
      and(
        eq(environments.organizationId, organizationId),
        eq(environments.projectId, projectId),
        page.visible && idVisible(environments.id, page.visible),
        page.after ? gt(environments.id, page.after) : undefined,
      ),
    )
    .orderBy(asc(environments.id))
    .limit(page.limit + 1);
  return slice(rows, page.limit);
}

export async function findEnvironment(
  db: Database,
  organizationIds: readonly OrganizationId[],
  environmentId: EnvironmentId,
): Promise<EnvironmentRow | undefined> {
  const [row] = await db.orm
    .select()
    .from(environments)
    .where(
      and(inArray(environments.organizationId, [...organizationIds]), eq(environments.id, environmentId)),
    )
    .limit(1);
  return row;
}

export function environmentHasRevision(
  organizationId: OrganizationId,
  environmentId: EnvironmentId,
  revision: number,
) {
  return sql`exists (select 1 from ${environments} where ${and(
    eq(environments.organizationId, organizationId),
    eq(environments.id, environmentId),
    eq(environments.revision, revision),
  )})`;
}

export function updateEnvironment(
  db: Database,
  organizationId: OrganizationId,
  environmentId: EnvironmentId,
  change: Pick<EnvironmentRow, "name" | "protected" | "windows" | "freezes" | "revision">,
): Statement {
  return statement(
    db.orm
      .update(environments)
      .set(change)
      .where(and(eq(environments.organizationId, organizationId), eq(environments.id, environmentId))),
  );
}

export function insertEnvironment(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<typeof environments.$inferInsert, "organizationId">,
): Statement {
  return statement(db.orm.insert(environments).values({ ...row, organizationId }));
}
