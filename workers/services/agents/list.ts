import { parseSelector } from "../../../domain/fleets/selector.ts";
import type { FleetId } from "../../../domain/ids.ts";
import type { ListAgents } from "../../../protocol/rpc/fleet.ts";
import type { Context } from "../context.ts";
import { askFleet } from "../fleets/ask.ts";
import { fleetScope } from "../scope.ts";

export async function list({ ctx, input }: { ctx: Context; input: { fleet: FleetId; query: ListAgents } }) {
  const fleet = await fleetScope(ctx, input.fleet, "agent.read");
  if (input.query.label) parseSelector(input.query.label);
  return askFleet(ctx, fleet, (stub, scope) => stub.listAgents(scope, input.query));
}
