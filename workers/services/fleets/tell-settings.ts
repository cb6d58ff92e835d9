import { writeUnaudited } from "../../../db/batch.ts";
import {
  type FleetSettingName,
  fleetSettingNames,
  fleetSettings,
  markDelivered,
} from "../../../db/queries/fleet-settings.ts";
import type { FleetRow } from "../../../db/queries/fleets.ts";
import type { Outcome } from "../../../domain/errors.ts";
import type { FleetScope } from "../../../protocol/rpc/fleet.ts";
import type { FleetStub, Platform } from "../context.ts";
import { tryFleet } from "./ask.ts";

/** How a fleet's object is told each of its settings. One whose revision it knows already changes nothing. */
const tellers: Record<
  FleetSettingName,
  (stub: FleetStub, scope: FleetScope, fleet: FleetRow) => Promise<Outcome<null>>
> = {
  driftPolicy: (stub, scope, fleet) => stub.setDriftPolicy(scope, fleet.driftPolicy, fleet.driftRevision),
  offlineAfterSeconds: (stub, scope, fleet) =>
    stub.setOfflineAfter(scope, fleet.offlineAfterSeconds, fleet.offlineRevision),
  logShipping: (stub, scope, fleet) =>
    stub.setLogShipping(scope, fleet.logShipping, fleet.logShippingRevision),
  metricsCollection: (stub, scope, fleet) =>
    stub.setMetricsCollection(scope, fleet.metricsCollection, fleet.metricsRevision),
};

/** The fleet's object does not know yet what the row says now. */
export function isOwed(fleet: FleetRow, name: FleetSettingName): boolean {
  const { revision, delivered } = fleetSettings[name];
  return fleet[delivered] < fleet[revision];
}

/**
 * Tells the fleet's object every setting that it does not know yet, and answers the row as it is then. What the object
 * does not take stays owed: the cron job tells it again.
 */
export async function tellSettings(platform: Platform, fleet: FleetRow): Promise<FleetRow> {
  const owed = fleetSettingNames.filter((name) => isOwed(fleet, name));
  const taken = await Promise.all(owed.map((name) => tell(platform, fleet, name)));
  return Object.assign({ ...fleet }, ...taken);
}

async function tell(platform: Platform, fleet: FleetRow, name: FleetSettingName): Promise<Partial<FleetRow>> {
  const columns = fleetSettings[name];
  const outcome = await tryFleet(platform, fleet, (stub, scope) => tellers[name](stub, scope, fleet));
  if (!outcome.ok) {
    const facts = { fleetId: fleet.id, setting: name, refusal: outcome.refusal.code };
    platform.log.error("a fleet did not take a setting", facts);
    return {};
  }
  const revision = fleet[columns.revision];
  await writeUnaudited(platform.db, "delivery to a fleet", [
    markDelivered(platform.db, fleet.organizationId, fleet.id, columns.delivered, revision),
  ]);
  return { [columns.delivered]: revision };
}
