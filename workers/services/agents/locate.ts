import { type FleetRow, findFleet, fleetsOf } from "../../../db/queries/fleets.ts";
import { DomainError, type Outcome, unwrap } from "../../../domain/errors.ts";
import type { AgentId, FleetId } from "../../../domain/ids.ts";
import type { Action } from "../../../domain/tenancy/roles.ts";
import type { FleetScope } from "../../../protocol/rpc/fleet.ts";
import type { Context, FleetStub } from "../context.ts";
import { tryFleet } from "../fleets/ask.ts";
import { fleetScope, missing, organizationIds, organizationScope } from "../scope.ts";

/** An agent never changes its fleet, so what is found may be kept. Bounded. */
const known = new Map<AgentId, FleetId>();
const knownSize = 10_000;
/** Beyond so many fleets the caller must name the fleet. */
const searchedFleets = 500;
const askedAtOnce = 20;

export interface AgentInput {
  agent: AgentId;
  /** Where to look; without it every fleet of the actor's organizations is asked. */
  fleet?: FleetId | undefined;
}

/**
 * Asks the fleet that has the agent. No row per agent is in the metadata store, so only the objects can tell; another
 * tenant's fleets are never asked.
 */
export async function askAgent<T>(
  ctx: Context,
  input: AgentInput,
  action: Action,
  call: (stub: FleetStub, scope: FleetScope) => Promise<Outcome<T>>,
): Promise<{ value: T; fleet: FleetRow }> {
  const fleets = await candidates(ctx, input, action);
  for (let start = 0; start < fleets.length; start += askedAtOnce) {
    const asked = fleets.slice(start, start + askedAtOnce);
    const holders = await Promise.all(asked.map((fleet) => holds(ctx, fleet, input.agent)));
    const fleet = asked[holders.indexOf(true)];
    if (!fleet) continue;
    organizationScope(ctx, fleet.organizationId, action);
    if (known.size >= knownSize) known.clear();
    known.set(input.agent, fleet.id);
    return { fleet, value: unwrap(await tryFleet(ctx, fleet, call)) };
  }
  return missing("agent", input.agent);
}

async function candidates(ctx: Context, input: AgentInput, action: Action): Promise<FleetRow[]> {
  if (input.fleet) return [await fleetScope(ctx, input.fleet, action)];
  const remembered = known.get(input.agent);
  const fleet = remembered && (await findFleet(ctx.db, organizationIds(ctx), remembered));
  if (fleet) return [fleet];
  return fleetsOf(ctx.db, organizationIds(ctx), searchedFleets);
}

async function holds(ctx: Context, fleet: FleetRow, agentId: AgentId): Promise<boolean> {
  const asked = await tryFleet(ctx, fleet, (stub, scope) => stub.getAgent(scope, agentId));
  if (asked.ok) return true;
  if (asked.refusal.code === "not_found") return false;
  throw new DomainError(asked.refusal);
}
