import type { FleetId } from "../../../domain/ids.ts";
import type { FleetDetail } from "../../../protocol/api/fleets.ts";
import type { Context } from "../context.ts";
import { fleetScope } from "../scope.ts";
import { tryFleet } from "./ask.ts";
import { fleetEtag, fleetView } from "./view.ts";

export async function get({
  ctx,
  input,
}: {
  ctx: Context;
  input: { fleet: FleetId };
}): Promise<{ fleet: FleetDetail; etag: string }> {
  const row = await fleetScope(ctx, input.fleet, "fleet.read");
  const asked = await tryFleet(ctx, row, (stub, scope) => stub.summary(scope));
  const fleet = fleetView(row);
  return {
    etag: fleetEtag(row),
    fleet: asked.ok
      ? {
          ...fleet,
          currentReleaseId: asked.value.currentReleaseId ?? fleet.currentReleaseId,
          counts: asked.value.counts,
          activeRolloutId: asked.value.activeRolloutId,
        }
      : { ...fleet, counts: null, activeRolloutId: null },
  };
}
