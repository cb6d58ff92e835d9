import { and, desc, eq, inArray, isNull, lt, or, sql } from "drizzle-orm";
import type { EventId, FleetId, OrganizationId, ReleaseId, RolloutId } from "../../domain/ids.ts";
import type { RolloutState } from "../../domain/rollouts/states.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { type Slice, slice } from "../paging.ts";
import { fleets, releases, rollouts } from "../schema/index.ts";
import { insertConfigUses } from "./config-uses.ts";

export type ReleaseRow = typeof releases.$inferSelect;
export type RolloutRow = typeof rollouts.$inferSelect;
export type RolloutSummary = Pick<
  RolloutRow,
  "state" | "reason" | "counts" | "total" | "startedAt" | "endedAt"
> &
  Partial<Pick<RolloutRow, "approval" | "freezeOverride">>;

export async function findRelease(
  db: Database,
  organizationIds: readonly OrganizationId[],
  releaseId: ReleaseId,
): Promise<ReleaseRow | undefined> {
  const [row] = await db.orm
    .select()
    .from(releases)
    .where(and(eq(releases.id, releaseId), inArray(releases.organizationId, [...organizationIds])))
    .limit(1);
  return row;
}

/** Newest first. */
export async function listReleases(
  db: Database,
  organizationId: OrganizationId,
  fleetId: FleetId,
  page: { limit: number; before?: ReleaseId },
): Promise<Slice<ReleaseRow>> {
  const rows = await db.orm
    .select()
    .from(releases)
    .where(
      and(
        eq(releases.organizationId, organizationId),
        eq(releases.fleetId, fleetId),
        page.before ? lt(releases.id, page.before) : undefined,
      ),
    )
    .orderBy(desc(releases.id))
    .limit(page.limit + 1);
  return slice(rows, page.limit);
}

/** The number that the next release of this fleet gets, unless another one comes first. */
export async function nextReleaseNumber(
  db: Database,
  organizationId: OrganizationId,
  fleetId: FleetId,
): Promise<number> {
  const [row] = await db.orm
    .select({ last: sql<number | null>`max(${releases.number})` })
    .from(releases)
    .where(and(eq(releases.organizationId, organizationId), eq(releases.fleetId, fleetId)));
  return (row?.last ?? 0) + 1;
}

/** The release, and which config versions it names. */
export function insertRelease(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<typeof releases.$inferInsert, "organizationId">,
): Statement[] {
  return [
    statement(db.orm.insert(releases).values({ ...row, organizationId })),
    insertConfigUses(organizationId, row),
  ];
}

export async function findRollout(
  db: Database,
  organizationIds: readonly OrganizationId[],
  rolloutId: RolloutId,
): Promise<RolloutRow | undefined> {
  const [row] = await db.orm
    .select()
    .from(rollouts)
    .where(and(eq(rollouts.id, rolloutId), inArray(rollouts.organizationId, [...organizationIds])))
    .limit(1);
  return row;
}

/** Newest first; of these states alone where some are given. */
export async function listRollouts(
  db: Database,
  organizationId: OrganizationId,
  fleetId: FleetId,
  page: { limit: number; before?: RolloutId; states?: readonly RolloutState[] },
): Promise<Slice<RolloutRow>> {
  const rows = await db.orm
    .select()
    .from(rollouts)
    .where(
      and(
        eq(rollouts.organizationId, organizationId),
        eq(rollouts.fleetId, fleetId),
        page.before ? lt(rollouts.id, page.before) : undefined,
        page.states ? inArray(rollouts.state, [...page.states]) : undefined,
      ),
    )
    .orderBy(desc(rollouts.id))
    .limit(page.limit + 1);
  return slice(rows, page.limit);
}

export function insertRollout(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<typeof rollouts.$inferInsert, "organizationId">,
): Statement {
  return statement(db.orm.insert(rollouts).values({ ...row, organizationId }));
}

/** The fleet took the order. */
export function markRolloutDelivered(
  db: Database,
  organizationId: OrganizationId,
  rolloutId: RolloutId,
  nowMs: number,
): Statement {
  return statement(
    db.orm
      .update(rollouts)
      .set({ deliveredAt: nowMs })
      .where(
        and(
          eq(rollouts.organizationId, organizationId),
          eq(rollouts.id, rolloutId),
          isNull(rollouts.deliveredAt),
        ),
      ),
  );
}

/** What the fleet answered to the order. Does nothing once it has spoken by event, which is newer. */
export function noteTakenRollout(
  db: Database,
  organizationId: OrganizationId,
  rolloutId: RolloutId,
  summary: RolloutSummary,
): Statement {
  return statement(
    db.orm
      .update(rollouts)
      .set(summary)
      .where(
        and(
          eq(rollouts.organizationId, organizationId),
          eq(rollouts.id, rolloutId),
          isNull(rollouts.lastEventId),
          isNull(rollouts.endedAt),
        ),
      ),
  );
}

/** Before an order is sent again: whatever becomes of this attempt, the next one waits. */
export function noteDeliveryAttempt(
  db: Database,
  organizationId: OrganizationId,
  rolloutId: RolloutId,
  nextDeliveryAt: number,
): Statement {
  return statement(
    db.orm
      .update(rollouts)
      .set({ deliveryAttempts: sql`${rollouts.deliveryAttempts} + 1`, nextDeliveryAt })
      .where(
        and(
          eq(rollouts.organizationId, organizationId),
          eq(rollouts.id, rolloutId),
          isNull(rollouts.deliveredAt),
        ),
      ),
  );
}

/** The fleet did not take the order, so it is not sent any more. Does nothing once the fleet has spoken by event. */
export function endUntakenRollout(
  db: Database,
  organizationId: OrganizationId,
  rolloutId: RolloutId,
  state: "cancelled" | "failed",
  reason: string,
  nowMs: number,
): Statement {
  return statement(
    db.orm
      .update(rollouts)
      .set({ deliveredAt: nowMs, state, reason, endedAt: nowMs })
      .where(
        and(
          eq(rollouts.organizationId, organizationId),
          eq(rollouts.id, rolloutId),
          isNull(rollouts.lastEventId),
        ),
      ),
  );
}

/** Moves the summary forward; an event older than the last one changes nothing. */
export function projectRollout(
  db: Database,
  organizationId: OrganizationId,
  rolloutId: RolloutId,
  eventId: EventId,
  summary: RolloutSummary,
  nowMs: number,
): Statement {
  return statement(
    db.orm
      .update(rollouts)
      .set({
        ...summary,
        lastEventId: eventId,
        deliveredAt: sql`coalesce(${rollouts.deliveredAt}, ${nowMs})`,
      })
      .where(
        and(
          eq(rollouts.organizationId, organizationId),
          eq(rollouts.id, rolloutId),
          or(isNull(rollouts.lastEventId), lt(rollouts.lastEventId, eventId)),
        ),
      ),
  );
}

/** As the fleet told it with this event; an older one that comes late changes nothing. */
export function setCurrentRelease(
  db: Database,
  organizationId: OrganizationId,
  fleetId: FleetId,
  eventId: EventId,
  currentReleaseId: ReleaseId | null,
): Statement {
  return statement(
    db.orm
      .update(fleets)
      .set({ currentReleaseId, currentReleaseEvent: eventId })
      .where(
        and(
          eq(fleets.organizationId, organizationId),
          eq(fleets.id, fleetId),
          or(isNull(fleets.currentReleaseEvent), lt(fleets.currentReleaseEvent, eventId)),
        ),
      ),
  );
}

/**
 * For events that do not tell the current release: it is the newest rollout's that succeeded; an older one that is told
 * late changes nothing.
 */
export function projectCurrentRelease(
  db: Database,
  organizationId: OrganizationId,
  fleetId: FleetId,
): Statement {
  const newest = db.orm
    .select({ releaseId: rollouts.releaseId })
    .from(rollouts)
    .where(
      and(
        eq(rollouts.organizationId, organizationId),
        eq(rollouts.fleetId, fleetId),
        eq(rollouts.state, "succeeded"),
      ),
    )
    .orderBy(desc(rollouts.id))
    .limit(1);
  return statement(
    db.orm
      .update(fleets)
      .set({ currentReleaseId: sql`${newest}` })
      .where(
        and(
          eq(fleets.organizationId, organizationId),
          eq(fleets.id, fleetId),
          isNull(fleets.currentReleaseEvent),
        ),
      ),
  );
}
