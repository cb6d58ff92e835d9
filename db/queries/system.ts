/** What belongs to no organization, or crosses all of them. For middleware and jobs, never for a person's request. */
import { and, asc, eq, gt, isNotNull, isNull, lt, lte, or, sql } from "drizzle-orm";
import type { FleetId, OrganizationId } from "../../domain/ids.ts";
import type { Plan } from "../../domain/tenancy/plans.ts";
import { type Database, type Statement, statement } from "../client.ts";
import {
  auditEvents,
  environments,
  fleets,
  idempotencyKeys,
  organizationKeys,
  organizations,
  rollouts,
  sessions,
} from "../schema/index.ts";
import { fleetSettings } from "./fleet-settings.ts";
import type { FleetRow } from "./fleets.ts";
import type { EnvironmentRow } from "./projects.ts";
import type { RolloutRow } from "./rollouts.ts";

export type IdempotencyRow = typeof idempotencyKeys.$inferSelect;

/** Claims a key for the request that is about to run. Changes no row when somebody has it. */
export function claimIdempotencyKey(
  db: Database,
  row: { id: string; requestHash: string; createdAt: number },
): Statement {
  return statement(
    db.orm.insert(idempotencyKeys).values(row).onConflictDoNothing({ target: idempotencyKeys.id }),
  );
}

export async function findIdempotencyKey(db: Database, id: string): Promise<IdempotencyRow | undefined> {
  const [row] = await db.orm.select().from(idempotencyKeys).where(eq(idempotencyKeys.id, id)).limit(1);
  return row;
}

/** For the claim that was made at `createdAt`, not one that somebody made since. */
export function keepAnswer(
  db: Database,
  id: string,
  createdAt: number,
  status: number,
  answer: string,
): Statement {
  return statement(
    db.orm
      .update(idempotencyKeys)
      .set({ status, answer })
      .where(and(eq(idempotencyKeys.id, id), eq(idempotencyKeys.createdAt, createdAt))),
  );
}

/** Frees the claim that was made at `createdAt`, not one that somebody made since. */
export function freeIdempotencyKey(db: Database, id: string, createdAt: number): Statement {
  return statement(
    db.orm
      .delete(idempotencyKeys)
      .where(and(eq(idempotencyKeys.id, id), eq(idempotencyKeys.createdAt, createdAt))),
  );
}

/** Keys that were claimed before `beforeMs`. */
export function purgeIdempotencyKeys(db: Database, beforeMs: number): Statement {
  return statement(db.orm.delete(idempotencyKeys).where(lt(idempotencyKeys.createdAt, beforeMs)));
}

export function purgeSessions(db: Database, expiredBeforeMs: number): Statement {
  return statement(db.orm.delete(sessions).where(lt(sessions.expiresAt, expiredBeforeMs)));
}

/** Orders that no fleet has taken and that are due to be sent again, those that have waited longest first. */
export function undeliveredRollouts(
  db: Database,
  { createdBeforeMs, nowMs }: { createdBeforeMs: number; nowMs: number },
  limit: number,
): Promise<RolloutRow[]> {
  return db.orm
    .select()
    .from(rollouts)
    .where(
      and(
        isNull(rollouts.deliveredAt),
        lt(rollouts.createdAt, createdBeforeMs),
        or(isNull(rollouts.nextDeliveryAt), lte(rollouts.nextDeliveryAt, nowMs)),
      ),
    )
    .orderBy(sql`coalesce(${rollouts.nextDeliveryAt}, ${rollouts.createdAt})`, asc(rollouts.id))
    .limit(limit);
}

/**
 * Fleets whose objects have not taken the newest policy of their environment; in no order, so that some that cannot be
 * reached do not keep the others from being told.
 */
export function fleetsOwedPolicy(
  db: Database,
  limit: number,
): Promise<{ fleet: FleetRow; environment: EnvironmentRow }[]> {
  return db.orm
    .select({ fleet: fleets, environment: environments })
    .from(fleets)
    .innerJoin(environments, eq(environments.id, fleets.environmentId))
    .where(lt(fleets.policyDelivered, environments.revision))
    .orderBy(sql`random()`)
    .limit(limit);
}

/** Fleets whose object does not know the newest of one of its settings. In no order, for the same reason. */
export function fleetsOwedSettings(db: Database, limit: number): Promise<FleetRow[]> {
  const owed = Object.values(fleetSettings).map(({ revision, delivered }) =>
    lt(fleets[delivered], fleets[revision]),
  );
  return db.orm
    .select()
    .from(fleets)
    .where(or(...owed))
    .orderBy(sql`random()`)
    .limit(limit);
}

/** All fleets by id, for the job that asks each to state its usage. */
export function fleetsAfter(
  db: Database,
  after: FleetId | null,
  limit: number,
): Promise<{ id: FleetId; organizationId: OrganizationId }[]> {
  return db.orm
    .select({ id: fleets.id, organizationId: fleets.organizationId })
    .from(fleets)
    .where(after ? gt(fleets.id, after) : undefined)
    .orderBy(asc(fleets.id))
    .limit(limit);
}

/** Organizations with events that carry no hash, for the cron job. */
export async function organizationsToSeal(db: Database, limit: number): Promise<OrganizationId[]> {
  const rows = await db.orm
    .selectDistinct({ id: auditEvents.organizationId })
    .from(auditEvents)
    .where(sql`hash is null`)
    .limit(limit);
  return rows.map(({ id }) => id);
}

export interface RetentionRow {
  id: OrganizationId;
  plan: Plan;
  /** null: there is none. */
  oldestAtMs: number | null;
}

/** Organizations by id, each with the time of its oldest event. */
export function organizationsByOldestEvent(
  db: Database,
  after: OrganizationId | null,
  limit: number,
): Promise<RetentionRow[]> {
  return db.orm
    .select({
      id: organizations.id,
      plan: organizations.plan,
      oldestAtMs: sql<
        number | null
      >`(select at from audit_events where audit_events.organization_id = organizations.id order by seq limit 1)`,
    })
    .from(organizations)
    .where(after ? gt(organizations.id, after) : undefined)
    .orderBy(asc(organizations.id))
    .limit(limit);
}

/** Organizations that were deleted before or after a time, in the order of their ids. */
export function deletedOrganizations(
  db: Database,
  deleted: { before?: number; after?: number },
  page: { limit: number; past: OrganizationId | null },
): Promise<{ id: OrganizationId; deletedAt: number | null }[]> {
  return db.orm
    .select({ id: organizations.id, deletedAt: organizations.deletedAt })
    .from(organizations)
    .where(
      and(
        isNotNull(organizations.deletedAt),
        deleted.before === undefined ? undefined : lte(organizations.deletedAt, deleted.before),
        deleted.after === undefined ? undefined : gt(organizations.deletedAt, deleted.after),
        page.past === null ? undefined : gt(organizations.id, page.past),
      ),
    )
    .orderBy(asc(organizations.id))
    .limit(page.limit);
}

/** Organizations with a data key that another master key wraps, or with more than one: to be wrapped or sealed anew. */
export async function organizationsWithOldKeys(
  db: Database,
  masterKeyId: string,
  limit: number,
): Promise<OrganizationId[]> {
  const rows = await db.orm
    .select({ id: organizationKeys.organizationId })
    .from(organizationKeys)
    .groupBy(organizationKeys.organizationId)
    .having(
      sql`count(*) > 1 or max(case when ${organizationKeys.masterKeyId} = ${masterKeyId} then 0 else 1 end) = 1`,
    )
    .orderBy(sql`random()`)
    .limit(limit);
  return rows.map(({ id }) => id);
}

/** Fleets that were not told of the newest change of their organization's keys, in no order. */
export function fleetsOwedKeys(db: Database, limit: number): Promise<FleetRow[]> {
  return db.orm
    .select()
    .from(fleets)
    .where(
      sql`${fleets.secretsToldAt} < (select coalesce(max(${organizationKeys.rewrappedAt}), 0) from ${organizationKeys} where ${organizationKeys.organizationId} = ${fleets.organizationId})`,
    )
    .orderBy(sql`random()`)
    .limit(limit);
}
