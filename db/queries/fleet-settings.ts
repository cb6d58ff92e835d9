import { and, eq, lt } from "drizzle-orm";
import type { FleetId, OrganizationId } from "../../domain/ids.ts";
import { type Database, type Statement, statement } from "../client.ts";
import { fleets } from "../schema/index.ts";

/**
 * What a fleet's object is told of the fleet's row: by the column, where its revision stands, which rises with each
 * change, and the newest revision that the object has taken.
 */
export const fleetSettings = {
  driftPolicy: { revision: "driftRevision", delivered: "driftDelivered" },
  offlineAfterSeconds: { revision: "offlineRevision", delivered: "offlineDelivered" },
  logShipping: { revision: "logShippingRevision", delivered: "logShippingDelivered" },
  metricsCollection: { revision: "metricsRevision", delivered: "metricsDelivered" },
} as const;

export type FleetSettingName = keyof typeof fleetSettings;
type Columns = (typeof fleetSettings)[FleetSettingName];
export type RevisionColumn = Columns["revision"];
export type DeliveredColumn = Columns["delivered"] | "policyDelivered";

// Written with the names above.
export const fleetSettingNames = Object.keys(fleetSettings) as FleetSettingName[];

/** The object has taken this revision; one that is older than what it took changes nothing. */
export function markDelivered(
  db: Database,
  organizationId: OrganizationId,
  fleetId: FleetId,
  delivered: DeliveredColumn,
  revision: number,
): Statement {
  const change: Partial<Record<DeliveredColumn, number>> = { [delivered]: revision };
  return statement(
    db.orm
      .update(fleets)
      .set(change)
      .where(
        and(
          eq(fleets.organizationId, organizationId),
          eq(fleets.id, fleetId),
          lt(fleets[delivered], revision),
        ),
      ),
  );
}
