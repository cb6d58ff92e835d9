import { and, desc, eq, lt, sql } from "drizzle-orm";
import type { ConfigId, EnvironmentId, OrganizationId } from "../../domain/ids.ts";
import type { Visible } from "../../domain/tenancy/access.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { slice } from "../paging.ts";
import { configUses, fleets, releases } from "../schema/index.ts";
import type { StoredAssignment } from "../schema/rollouts.ts";
import { idVisible } from "../visible.ts";

/** One statement, however many assignments the release has. */
export function insertConfigUses(
  organizationId: OrganizationId,
  release: Pick<typeof releases.$inferInsert, "id" | "fleetId" | "assignments">,
): Statement {
  const named = release.assignments.map(({ configId, version }) => ({ configId, version }));
  return statement(sql`
    insert into config_uses (id, organization_id, config_id, version, fleet_id, release_id, position)
    select ${release.id} || '.' || printf('%03d', key), ${organizationId}, json_extract(value, '$.configId'),
      json_extract(value, '$.version'), ${release.fleetId}, ${release.id}, key
    from json_each(${JSON.stringify(named)})`);
}

const columns = {
  id: configUses.id,
  fleetId: configUses.fleetId,
  fleetName: fleets.name,
  environmentId: fleets.environmentId,
  releaseId: configUses.releaseId,
  releaseNumber: releases.number,
  isCurrent: sql<number>`coalesce(${fleets.currentReleaseId} = ${configUses.releaseId}, 0)`,
  version: configUses.version,
  assignment: sql<string>`json_extract(${releases.assignments}, '$[' || ${configUses.position} || ']')`,
  createdAt: releases.createdAt,
};

export interface UsesPage {
  limit: number;
  before?: string;
  version?: number;
  currentOnly?: boolean;
  /** Of the fleets' environments. */
  visible: Visible<EnvironmentId>;
}

/** Newest release first. */
export async function listConfigUses(
  db: Database,
  organizationId: OrganizationId,
  configId: ConfigId,
  page: UsesPage,
) {
  const rows = await db.orm
    .select(columns)
    .from(configUses)
    .innerJoin(releases, eq(releases.id, configUses.releaseId))
    .innerJoin(fleets, eq(fleets.id, configUses.fleetId))
    .where(
      and(
        eq(configUses.organizationId, organizationId),
        eq(configUses.configId, configId),
        page.before ? lt(configUses.id, page.before) : undefined,
        page.version === undefined ? undefined : eq(configUses.version, page.version),
        page.currentOnly ? eq(fleets.currentReleaseId, configUses.releaseId) : undefined,
        idVisible(fleets.environmentId, page.visible),
      ),
    )
    .orderBy(desc(configUses.id))
    .limit(page.limit + 1);
  const read = rows.map(({ assignment, isCurrent, ...row }) => {
    // Written with the use, from the same assignments.
    const { selector, fileName } = JSON.parse(assignment) as StoredAssignment;
    return { ...row, current: isCurrent === 1, selector, fileName };
  });
  return slice(read, page.limit);
}

export type ConfigUseRow = Awaited<ReturnType<typeof listConfigUses>>["rows"][number];

/** No release names the config, or this version of it. */
export function configUnused(organizationId: OrganizationId, configId: ConfigId, version?: number) {
  return sql`not exists (select 1 from ${configUses} where ${and(
    eq(configUses.organizationId, organizationId),
    eq(configUses.configId, configId),
    version === undefined ? undefined : eq(configUses.version, version),
  )})`;
}
