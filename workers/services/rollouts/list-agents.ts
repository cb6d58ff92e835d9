import type { RolloutId } from "../../../domain/ids.ts";
import type { RolloutAgentState } from "../../../domain/rollouts/states.ts";
import type { Context } from "../context.ts";
import { askFleet } from "../fleets/ask.ts";
import type { ListInput } from "../list-input.ts";
import { rolloutScope } from "../scope.ts";

export async function listAgents({
  ctx,
  input,
}: {
  ctx: Context;
  input: ListInput & { rollout: RolloutId; state?: RolloutAgentState | undefined };
}) {
  const row = await rolloutScope(ctx, input.rollout, "rollout.read");
  return askFleet(ctx, { id: row.fleetId, organizationId: row.organizationId }, (stub, scope) =>
    stub.rolloutAgents(scope, row.id, {
      limit: input.limit,
      ...(input.cursor !== undefined && { cursor: input.cursor }),
      ...(input.state && { state: input.state }),
    }),
  );
}
