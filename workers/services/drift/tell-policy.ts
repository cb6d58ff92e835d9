import { writeUnaudited } from "../../../db/batch.ts";
import { type FleetRow, markDriftPolicyDelivered } from "../../../db/queries/fleets.ts";
import type { Platform } from "../context.ts";
import { tryFleet } from "../fleets/ask.ts";

/** Tells the fleet's object what to do about drift. What it does not take stays owed: the cron job tells it again. */
export async function tellDriftPolicy(platform: Platform, fleet: FleetRow): Promise<void> {
  const { id, organizationId, driftPolicy, driftRevision } = fleet;
  const outcome = await tryFleet(platform, fleet, (stub, scope) =>
    stub.setDriftPolicy(scope, driftPolicy, driftRevision),
  );
  if (!outcome.ok) {
    const facts = { fleetId: id, refusal: outcome.refusal.code };
    platform.log.error("a fleet did not take its drift policy", facts);
    return;
  }
  await writeUnaudited(platform.db, "delivery to a fleet", [
    markDriftPolicyDelivered(platform.db, organizationId, id, driftRevision),
  ]);
}
