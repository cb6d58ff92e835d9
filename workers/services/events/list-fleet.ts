import type { FleetId } from "../../../domain/ids.ts";
import type { ListEvents } from "../../../protocol/rpc/fleet.ts";
import type { Context } from "../context.ts";
import { askFleet } from "../fleets/ask.ts";
import { fleetScope } from "../scope.ts";

/** What the fleet's object still holds, agents' events included. */
export async function listFleetEvents({
  ctx,
  input,
}: {
  ctx: Context;
  input: { fleet: FleetId; query: ListEvents };
}) {
  const fleet = await fleetScope(ctx, input.fleet, "event.read");
  return askFleet(ctx, fleet, (stub, scope) => stub.listEvents(scope, input.query));
}
