import { fleetNames } from "../../../db/queries/fleets.ts";
import { ledgerSums } from "../../../db/queries/usage.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { Places } from "../../../domain/tenancy/places.ts";
import type { MeterName } from "../../../domain/usage/meters.ts";
import type { UsageSources } from "../../billing/collect-usage.ts";
import type { Context } from "../context.ts";
import { askFleet } from "../fleets/ask.ts";

// Only the fleets' own statements are stored, by the types of the outbox.
const known = <T extends { meter: string }>(sum: T) => ({ ...sum, meter: sum.meter as MeterName });

/** Of the whole organization, or of the `places` that may be seen. */
export function usageSources(ctx: Context, organizationId: OrganizationId, places?: Places): UsageSources {
  return {
    nowMs: () => ctx.clock.now(),
    fleets: (fleet) => fleetNames(ctx.db, organizationId, fleet, places),
    openUsage: (id, fromMs) =>
      askFleet(ctx, { id, organizationId }, (stub, scope) => stub.openUsage(scope, fromMs)),
    stated: async (period) => {
      const { byFleet, byHour } = await ledgerSums(ctx.db, organizationId, period, places);
      return { byFleet: byFleet.map(known), byHour: byHour.map(known) };
    },
  };
}
