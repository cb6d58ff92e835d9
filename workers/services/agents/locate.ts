import { type FleetRow, fleetsByTag } from "../../../db/queries/fleets.ts";
import { type Outcome, unwrap } from "../../../domain/errors.ts";
import { type AgentId, fleetTagOf } from "../../../domain/ids.ts";
import { can } from "../../../domain/tenancy/access.ts";
import type { Permission } from "../../../domain/tenancy/permissions.ts";
import type { FleetScope } from "../../../protocol/rpc/fleet.ts";
import type { Context, FleetStub } from "../context.ts";
import { tryFleet } from "../fleets/ask.ts";
import { accessIn, missing, organizationIds, organizationScope, partialScope, placeOf } from "../scope.ts";

export interface AgentInput {
  agent: AgentId;
}

/**
 * Asks the fleet that the agent's id names. No row per agent is in the metadata store; only fleets of the actor's own
 * organizations are found, so another tenant's agent is missing. Fleets that share a tag by chance are asked in turn.
 */
export async function askAgent<T>(
  ctx: Context,
  { agent }: AgentInput,
  permission: Permission,
  call: (stub: FleetStub, scope: FleetScope) => Promise<Outcome<T>>,
): Promise<{ value: T; fleet: FleetRow }> {
  for (const fleet of await fleetsByTag(ctx.db, organizationIds(ctx), fleetTagOf(agent))) {
    const place = placeOf(fleet);
    partialScope(ctx, fleet.organizationId, permission, place);
    if (!can(accessIn(ctx, fleet.organizationId), permission, place)) {
      // By the agent's labels, which its fleet alone knows.
      const found = await tryFleet(ctx, fleet, (stub, scope) => stub.getAgent(scope, agent));
      if (!found.ok && found.refusal.code === "not_found") continue;
      const { labels } = unwrap(found);
      organizationScope(ctx, fleet.organizationId, permission, { ...place, labels });
    }
    const outcome = await tryFleet(ctx, fleet, call);
    if (outcome.ok || outcome.refusal.code !== "not_found") return { fleet, value: unwrap(outcome) };
  }
  return missing("agent", agent);
}
