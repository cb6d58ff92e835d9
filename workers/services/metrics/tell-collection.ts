import { writeUnaudited } from "../../../db/batch.ts";
import { type FleetRow, markMetricsCollectionDelivered } from "../../../db/queries/fleets.ts";
import type { Platform } from "../context.ts";
import { tryFleet } from "../fleets/ask.ts";

/** Tells the fleet's object what to store; true when it took it. What it does not take stays owed: the cron job tells it again. */
export async function tellMetricsCollection(platform: Platform, fleet: FleetRow): Promise<boolean> {
  const { id, organizationId, metricsCollection, metricsRevision } = fleet;
  const outcome = await tryFleet(platform, fleet, (stub, scope) =>
    stub.setMetricsCollection(scope, metricsCollection, metricsRevision),
  );
  if (!outcome.ok) {
    const facts = { fleetId: id, refusal: outcome.refusal.code };
    platform.log.error("a fleet did not take what to store of metrics", facts);
    return false;
  }
  await writeUnaudited(platform.db, "delivery to a fleet", [
    markMetricsCollectionDelivered(platform.db, organizationId, id, metricsRevision),
  ]);
  return true;
}
