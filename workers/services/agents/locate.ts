import { type FleetRow, fleetsByTag } from "../../../db/queries/fleets.ts";
import { type Outcome, unwrap } from "../../../domain/errors.ts";
import { type AgentId, fleetTagOf } from "../../../domain/ids.ts";
import type { Permission } from "../../../domain/tenancy/permissions.ts";
import type { FleetScope } from "../../../protocol/rpc/fleet.ts";
import type { Context, FleetStub } from "../context.ts";
import { tryFleet } from "../fleets/ask.ts";
import { missing, organizationIds, organizationScope, placeOf } from "../scope.ts";

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
    organizationScope(ctx, fleet.organizationId, permission, placeOf(fleet));
    const outcome = await tryFleet(ctx, fleet, call);
    if (outcome.ok || outcome.refusal.code !== "not_found") return { fleet, value: unwrap(outcome) };
  }
  return missing("agent", agent);
}
