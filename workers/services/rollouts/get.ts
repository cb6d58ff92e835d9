import type { RolloutId } from "../../../domain/ids.ts";
import type { RolloutDetail } from "../../../protocol/api/rollouts.ts";
import type { Context } from "../context.ts";
import { tryFleet } from "../fleets/ask.ts";
import { rolloutScope } from "../scope.ts";
import { rolloutView } from "./view.ts";

/** From the fleet's object; from the projected summary when it cannot be asked or has forgotten the rollout. */
export async function get({
  ctx,
  input,
}: {
  ctx: Context;
  input: { rollout: RolloutId };
}): Promise<RolloutDetail> {
  const row = await rolloutScope(ctx, input.rollout, "rollout.read");
  const asked = await tryFleet(ctx, { id: row.fleetId, organizationId: row.organizationId }, (stub, scope) =>
    stub.getRollout(scope, row.id),
  );
  return asked.ok ? asked.value : { ...rolloutView(row), waves: null, decisions: null, live: false };
}
