import { and, asc, desc, eq, gt, lt } from "drizzle-orm";
import type { AgentId, EventId, FleetId, OrganizationId, RolloutId } from "../../domain/ids.ts";
import type { Places } from "../../domain/tenancy/places.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { type Slice, slice } from "../paging.ts";
import { events } from "../schema/index.ts";
import { fleetVisible } from "../visible.ts";

export type EventRow = typeof events.$inferSelect;

export interface EventFilter {
  fleet?: FleetId;
  type?: string;
  agent?: AgentId;
  rollout?: RolloutId;
  /** Only of fleets that lie here. */
  places?: Places;
}

/** Does nothing when the event is there already. */
export function insertEvent(
  db: Database,
  organizationId: OrganizationId,
  row: Omit<typeof events.$inferInsert, "organizationId">,
): Statement {
  return statement(
    db.orm
      .insert(events)
      .values({ ...row, organizationId })
      .onConflictDoNothing({ target: events.id }),
  );
}

/** After an event: oldest first. Otherwise newest first, from `before` down. */
export async function listEvents(
  db: Database,
  organizationId: OrganizationId,
  filter: EventFilter,
  page: { limit: number; after?: EventId; before?: EventId },
): Promise<Slice<EventRow>> {
  const rows = await db.orm
    .select()
    .from(events)
    .where(
      and(
        eq(events.organizationId, organizationId),
        filter.fleet ? eq(events.fleetId, filter.fleet) : undefined,
        filter.places && fleetVisible(organizationId, events.fleetId, filter.places),
        filter.type ? eq(events.type, filter.type) : undefined,
        filter.agent ? eq(events.agentId, filter.agent) : undefined,
        filter.rollout ? eq(events.rolloutId, filter.rollout) : undefined,
        page.after ? gt(events.id, page.after) : undefined,
        page.before ? lt(events.id, page.before) : undefined,
      ),
    )
    .orderBy(page.after ? asc(events.id) : desc(events.id))
    .limit(page.limit + 1);
  return slice(rows, page.limit);
}
