import { writeUnaudited } from "../../../db/batch.ts";
import { type FleetRow, markLogShippingDelivered } from "../../../db/queries/fleets.ts";
import type { Platform } from "../context.ts";
import { tryFleet } from "../fleets/ask.ts";

/** Tells the fleet's object what to keep; true when it took it. What it does not take stays owed: the cron job tells it again. */
export async function tellLogShipping(platform: Platform, fleet: FleetRow): Promise<boolean> {
  const { id, organizationId, logShipping, logShippingRevision } = fleet;
  const outcome = await tryFleet(platform, fleet, (stub, scope) =>
    stub.setLogShipping(scope, logShipping, logShippingRevision),
  );
  if (!outcome.ok) {
    const facts = { fleetId: id, refusal: outcome.refusal.code };
    platform.log.error("a fleet did not take what to keep of logs", facts);
    return false;
  }
  await writeUnaudited(platform.db, "delivery to a fleet", [
    markLogShippingDelivered(platform.db, organizationId, id, logShippingRevision),
  ]);
  return true;
}
