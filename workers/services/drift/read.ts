import { listFleets } from "../../../db/queries/fleets.ts";
import type { ConfigId, FleetId } from "../../../domain/ids.ts";
import { can, visibleEnvironments } from "../../../domain/tenancy/access.ts";
import { labelFilter } from "../../../domain/tenancy/label-filter.ts";
import type { AgentDrift, ConfigDrift, FleetDrift } from "../../../protocol/api/drift.ts";
import { type AgentInput, askAgent } from "../agents/locate.ts";
import type { Context } from "../context.ts";
import { askFleet, tryFleet } from "../fleets/ask.ts";
import { accessIn, configScope, fleetScopePartly, placeOf } from "../scope.ts";

export interface ListDrift {
  fleet: FleetId;
  limit: number;
  cursor?: string | undefined;
}

/** Names no agent that the caller may not see; the counts are of all. */
export async function ofFleet({ ctx, input }: { ctx: Context; input: ListDrift }): Promise<FleetDrift> {
  const fleet = await fleetScopePartly(ctx, input.fleet, "agent.read");
  const access = accessIn(ctx, fleet.organizationId);
  const place = placeOf(fleet);
  const query = {
    limit: input.limit,
    ...(input.cursor !== undefined && { cursor: input.cursor }),
    ...(!can(access, "agent.read", place) && { visible: labelFilter(access, "agent.read", place) }),
  };
  return askFleet(ctx, fleet, (stub, scope) => stub.fleetDrift(scope, query));
}

export async function ofAgent({ ctx, input }: { ctx: Context; input: AgentInput }): Promise<AgentDrift> {
  const { value } = await askAgent(ctx, input, "agent.read", (stub, scope) =>
    stub.agentDrift(scope, input.agent),
  );
  return value;
}

/** So many fleets are asked at once; a project has hardly more. */
const fleetsAsked = 200;

/** Of the fleets whose agents the caller may see, all of them. */
export async function ofConfig({
  ctx,
  input,
}: {
  ctx: Context;
  input: { config: ConfigId };
}): Promise<ConfigDrift> {
  const config = await configScope(ctx, input.config, "config.read");
  const access = accessIn(ctx, config.organizationId);
  const { rows } = await listFleets(ctx.db, config.organizationId, config.projectId, {
    limit: fleetsAsked,
    visible: visibleEnvironments(access, "agent.read", config.projectId),
  });
  const fleets = rows.filter((fleet) => can(access, "agent.read", placeOf(fleet)));
  const outcomes = await Promise.all(
    fleets.map(async (fleet) => {
      const asked = await tryFleet(ctx, fleet, (stub, scope) => stub.configDrift(scope, config.id));
      // A fleet whose object nobody has introduced yet runs nothing.
      const isNew = !asked.ok && asked.refusal.code === "not_found";
      return { of: { fleetId: fleet.id, fleetName: fleet.name }, asked, isNew };
    }),
  );
  return {
    items: outcomes.flatMap(({ of, asked }) => (asked.ok && asked.value ? [{ ...of, ...asked.value }] : [])),
    unasked: outcomes.filter(({ asked, isNew }) => !asked.ok && !isNew).map(({ of }) => of),
  };
}
