import { and, asc, eq, gt, inArray, isNull, lt, sql } from "drizzle-orm";
import type {
  EnrollmentTokenId,
  EnvironmentId,
  FleetId,
  OrganizationId,
  ProjectId,
} from "../../domain/ids.ts";
import type { Visible } from "../../domain/tenancy/access.ts";
import type { Places } from "../../domain/tenancy/places.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { type Slice, slice } from "../paging.ts";
import { enrollmentTokens, fleets } from "../schema/index.ts";
import { fleetVisible, idVisible } from "../visible.ts";
import type { FleetSettingName, RevisionColumn } from "./fleet-settings.ts";

export type FleetRow = typeof fleets.$inferSelect;
export type EnrollmentTokenRow = typeof enrollmentTokens.$inferSelect;

/** A fleet within one of these organizations. */
export async function findFleet(
  db: Database,
  organizationIds: readonly OrganizationId[],
  fleetId: FleetId,
): Promise<FleetRow | undefined> {
  const [row] = await db.orm
    .select()
    .from(fleets)
    .where(and(eq(fleets.id, fleetId), inArray(fleets.organizationId, [...organizationIds])))
    .limit(1);
  return row;
}

export async function listFleets(
  db: Database,
  organizationId: OrganizationId,
  projectId: ProjectId,
  page: { limit: number; after?: FleetId; visible?: Visible<EnvironmentId> },
): Promise<Slice<FleetRow>> {
  const rows = await db.orm
    .select()
    .from(fleets)
    .where(
      and(
        eq(fleets.organizationId, organizationId),
        eq(fleets.projectId, projectId),
        page.visible && idVisible(fleets.environmentId, page.visible),
        page.after ? gt(fleets.id, page.after) : undefined,
      ),
    )
    .orderBy(asc(fleets.id))
    .limit(page.limit + 1);
  return slice(rows, page.limit);
}

/** The fleets of these organizations whose ids end in `tag`: one, or by a rare chance a few. */
export function fleetsByTag(
  db: Database,
  organizationIds: readonly OrganizationId[],
  tag: string,
): Promise<FleetRow[]> {
  return db.orm
    .select()
    .from(fleets)
    .where(
      and(
        inArray(fleets.organizationId, [...organizationIds]),
        eq(sql`substr(${fleets.id}, ${-tag.length})`, tag),
      ),
    )
    .orderBy(asc(fleets.id));
}

/** Every fleet of the organization, or one of them, oldest first; where `places` are given, only those that lie there. */
export function fleetNames(
  db: Database,
  organizationId: OrganizationId,
  fleetId?: FleetId,
  places?: Places,
): Promise<{ id: FleetId; name: string }[]> {
  return db.orm
    .select({ id: fleets.id, name: fleets.name })
    .from(fleets)
    .where(
      and(
        eq(fleets.organizationId, organizationId),
        fleetId ? eq(fleets.id, fleetId) : undefined,
        places && fleetVisible(organizationId, fleets.id, places),
      ),
    )
    .orderBy(asc(fleets.id));
}

/** Fleets of the environment whose objects have not taken this revision of its policy yet. */
export function fleetsBehindPolicy(
  db: Database,
  organizationId: OrganizationId,
  environmentId: EnvironmentId,
  revision: number,
  limit: number,
): Promise<FleetRow[]> {
  return db.orm
    .select()
    .from(fleets)
    .where(
      and(
        eq(fleets.organizationId, organizationId),
        eq(fleets.environmentId, environmentId),
        lt(fleets.policyDelivered, revision),
      ),
    )
    .orderBy(asc(fleets.id))
    .limit(limit);
}

export function insertFleet(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<typeof fleets.$inferInsert, "organizationId">,
): Statement {
  return statement(db.orm.insert(fleets).values({ ...row, organizationId }));
}

export function fleetHasVersion(organizationId: OrganizationId, fleetId: FleetId, version: number) {
  return sql`exists (select 1 from ${fleets} where ${and(
    eq(fleets.organizationId, organizationId),
    eq(fleets.id, fleetId),
    eq(fleets.version, version),
  )})`;
}

/** What people say of a fleet, and with it the revisions of what its object is told. */
export type FleetChange = Partial<Pick<FleetRow, "name" | FleetSettingName | RevisionColumn>> &
  Pick<FleetRow, "version" | "updatedAt">;

export function updateFleet(
  db: Database,
  organizationId: OrganizationId,
  fleetId: FleetId,
  change: FleetChange,
): Statement {
  return statement(
    db.orm
      .update(fleets)
      .set(change)
      .where(and(eq(fleets.organizationId, organizationId), eq(fleets.id, fleetId))),
  );
}

export async function findEnrollmentToken(
  db: Database,
  organizationIds: readonly OrganizationId[],
  tokenId: EnrollmentTokenId,
): Promise<EnrollmentTokenRow | undefined> {
  const [row] = await db.orm
    .select()
    .from(enrollmentTokens)
    .where(
      and(eq(enrollmentTokens.id, tokenId), inArray(enrollmentTokens.organizationId, [...organizationIds])),
    )
    .limit(1);
  return row;
}

export async function listEnrollmentTokens(
  db: Database,
  organizationId: OrganizationId,
  fleetId: FleetId,
  page: { limit: number; after?: EnrollmentTokenId },
): Promise<Slice<EnrollmentTokenRow>> {
  const rows = await db.orm
    .select()
    .from(enrollmentTokens)
    .where(
      and(
        eq(enrollmentTokens.organizationId, organizationId),
        eq(enrollmentTokens.fleetId, fleetId),
        page.after ? gt(enrollmentTokens.id, page.after) : undefined,
      ),
    )
    .orderBy(asc(enrollmentTokens.id))
    .limit(page.limit + 1);
  return slice(rows, page.limit);
}

export function insertEnrollmentToken(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<typeof enrollmentTokens.$inferInsert, "organizationId">,
): Statement {
  return statement(db.orm.insert(enrollmentTokens).values({ ...row, organizationId }));
}

export function markEnrollmentTokenRevoked(
  db: Database,
  organizationId: OrganizationId,
  tokenId: EnrollmentTokenId,
  nowMs: number,
): Statement {
  return statement(
    db.orm
      .update(enrollmentTokens)
      .set({ revokedAt: nowMs })
      .where(
        and(
          eq(enrollmentTokens.organizationId, organizationId),
          eq(enrollmentTokens.id, tokenId),
          isNull(enrollmentTokens.revokedAt),
        ),
      ),
  );
}
