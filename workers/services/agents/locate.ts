import { type FleetRow, findFleet, fleetsOf } from "../../../db/queries/fleets.ts";
import { DomainError, type Outcome, type Refusal, unwrap } from "../../../domain/errors.ts";
import type { AgentId, FleetId } from "../../../domain/ids.ts";
import type { Action } from "../../../domain/tenancy/roles.ts";
import type { FleetScope } from "../../../protocol/rpc/fleet.ts";
import type { Context, FleetStub } from "../context.ts";
import { tryFleet } from "../fleets/ask.ts";
import { missing, organizationIds, organizationScope } from "../scope.ts";

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
  const fleet = await fleetOf(ctx, input);
  organizationScope(ctx, fleet.organizationId, action);
  const outcome = await tryFleet(ctx, fleet, call);
  if (!outcome.ok && outcome.refusal.code === "not_found") return missing("agent", input.agent);
  return { fleet, value: unwrap(outcome) };
}

async function fleetOf(ctx: Context, input: AgentInput): Promise<FleetRow> {
  const remembered = input.fleet ?? known.get(input.agent);
  const named = remembered && (await findFleet(ctx.db, organizationIds(ctx), remembered));
  if (named) return named;
  if (input.fleet) return missing("fleet", input.fleet);
  const fleets = await fleetsOf(ctx.db, organizationIds(ctx), searchedFleets);
  const found = fleets.length === 1 ? fleets[0] : await search(ctx, fleets, input.agent);
  if (!found) return missing("agent", input.agent);
  if (known.size >= knownSize) known.clear();
  known.set(input.agent, found.id);
  return found;
}

/** A fleet that cannot be asked counts only when no other has the agent. */
async function search(
  ctx: Context,
  fleets: readonly FleetRow[],
  agentId: AgentId,
): Promise<FleetRow | undefined> {
  let silent: Refusal | null = null;
  for (let start = 0; start < fleets.length; start += askedAtOnce) {
    const asked = fleets.slice(start, start + askedAtOnce);
    const outcomes = await Promise.all(
      asked.map((fleet) => tryFleet(ctx, fleet, (stub, scope) => stub.getAgent(scope, agentId))),
    );
    for (const [i, outcome] of outcomes.entries()) {
      if (outcome.ok) return asked[i];
      if (outcome.refusal.code !== "not_found") silent = outcome.refusal;
    }
  }
  if (silent) throw new DomainError(silent);
  return undefined;
}
