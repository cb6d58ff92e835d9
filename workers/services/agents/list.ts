import { DomainError } from "../../../domain/errors.ts";
import { parseSelector } from "../../../domain/fleets/selector.ts";
import type { FleetId } from "../../../domain/ids.ts";
import { can } from "../../../domain/tenancy/access.ts";
import { labelFilter } from "../../../domain/tenancy/label-filter.ts";
import type { ListAgents } from "../../../protocol/rpc/fleet.ts";
import type { Context } from "../context.ts";
import { askFleet } from "../fleets/ask.ts";
import { accessIn, fleetScopePartly, placeOf } from "../scope.ts";

export async function list({ ctx, input }: { ctx: Context; input: { fleet: FleetId; query: ListAgents } }) {
  const fleet = await fleetScopePartly(ctx, input.fleet, "agent.read");
  if (input.query.label) checkLabel(input.query.label);
  const access = accessIn(ctx, fleet.organizationId);
  const place = placeOf(fleet);
  const query = can(access, "agent.read", place)
    ? input.query
    : { ...input.query, visible: labelFilter(access, "agent.read", place) };
  return askFleet(ctx, fleet, (stub, scope) => stub.listAgents(scope, query));
}

function checkLabel(selector: string): void {
  try {
    parseSelector(selector);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const errors = (error.refusal.errors ?? []).map((one) => ({ ...one, path: "label" }));
    throw new DomainError({ ...error.refusal, errors });
  }
}
