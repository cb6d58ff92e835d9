import type { FleetRow } from "../../../db/queries/fleets.ts";
import { type EnvironmentRow, findEnvironment } from "../../../db/queries/projects.ts";
import type { FleetSummary } from "../../../protocol/rpc/fleet.ts";
import type { Context } from "../context.ts";
import { askFleet, configureFleet } from "../fleets/ask.ts";

/** What bears on a new rollout: the environment's policy, and what the fleet runs and is doing. */
export function surroundings(
  ctx: Context,
  fleet: FleetRow,
): Promise<[EnvironmentRow | undefined, FleetSummary]> {
  const summary = async () => {
    // A fleet that acts by its own policy knows who it is.
    if (ctx.actor.kind !== "fleet") await configureFleet(ctx, fleet);
    return askFleet(ctx, fleet, (stub, scope) => stub.summary(scope));
  };
  return Promise.all([findEnvironment(ctx.db, [fleet.organizationId], fleet.environmentId), summary()]);
}
