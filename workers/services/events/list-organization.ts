import { type EventFilter, type EventRow, listEvents } from "../../../db/queries/events.ts";
import type { EventType } from "../../../domain/fleets/events.ts";
import type { EventId, OrganizationId } from "../../../domain/ids.ts";
import type { EventsPage, FleetEvent } from "../../../protocol/api/events.ts";
import type { Context } from "../context.ts";
import { idCursor, pageOf } from "../cursor.ts";
import type { ListInput } from "../list-input.ts";
import { somewhereScope } from "../scope.ts";
import { iso } from "../time.ts";

const eventView = (row: EventRow): FleetEvent => ({
  id: row.id,
  // Only the fleets' own events are stored, by the types of the outbox.
  type: row.type as EventType,
  at: iso(row.at),
  organizationId: row.organizationId,
  fleetId: row.fleetId,
  agentId: row.agentId,
  rolloutId: row.rolloutId,
  actor: row.actor,
  summary: row.summary,
  data: row.data,
});

/** History of fleets and rollouts; may lag a few seconds behind the fleets. */
export async function listOrganizationEvents({
  ctx,
  input,
}: {
  ctx: Context;
  input: ListInput & { org: OrganizationId; after?: EventId | undefined; filter: EventFilter };
}): Promise<EventsPage> {
  const { organization, places } = somewhereScope(ctx, input.org, "event.read");
  const place = idCursor("event", input.cursor);
  const { after } = input;
  const rows = await listEvents(
    ctx.db,
    organization.id,
    { ...input.filter, places },
    {
      limit: input.limit,
      ...(after ? { after: place ?? after } : place && { before: place }),
    },
  );
  return { ...pageOf(rows, eventView, (row) => row.id), truncated: false };
}
