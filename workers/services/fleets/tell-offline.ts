import { writeUnaudited } from "../../../db/batch.ts";
import { type FleetRow, markOfflineAfterDelivered } from "../../../db/queries/fleets.ts";
import type { Platform } from "../context.ts";
import { tryFleet } from "./ask.ts";

/** Tells the fleet's object when to tell of agents that are away. What it does not take stays owed: the cron job tells it again. */
export async function tellOfflineAfter(platform: Platform, fleet: FleetRow): Promise<void> {
  const { id, organizationId, offlineAfterSeconds, offlineRevision } = fleet;
  const outcome = await tryFleet(platform, fleet, (stub, scope) =>
    stub.setOfflineAfter(scope, offlineAfterSeconds, offlineRevision),
  );
  if (!outcome.ok) {
    const facts = { fleetId: id, refusal: outcome.refusal.code };
    platform.log.error("a fleet did not take when to tell of agents that are away", facts);
    return;
  }
  await writeUnaudited(platform.db, "delivery to a fleet", [
    markOfflineAfterDelivered(platform.db, organizationId, id, offlineRevision),
  ]);
}
