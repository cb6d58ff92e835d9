import { fleetsOf } from "../../../db/queries/fleets.ts";
import { ledgerEntries } from "../../../db/queries/usage.ts";
import type { OrganizationId } from "../../../domain/ids.ts";
import type { MeterName } from "../../../domain/usage/meters.ts";
import type { UsageSources } from "../../billing/collect-usage.ts";
import type { Context } from "../context.ts";
import { askFleet } from "../fleets/ask.ts";

/** More fleets than this in one organization need a roll-up of their own. */
const maxFleets = 500;

export function usageSources(ctx: Context, organizationId: OrganizationId): UsageSources {
  const fleets = fleetsOf(ctx.db, [organizationId], maxFleets);
  return {
    nowMs: () => ctx.clock.now(),
    fleets: async () => (await fleets).map(({ id, name }) => ({ id, name })),
    openUsage: (id, fromMs) =>
      askFleet(ctx, { id, organizationId }, (stub, scope) => stub.openUsage(scope, fromMs)),
    ledger: async (period) =>
      (await ledgerEntries(ctx.db, organizationId, period)).map((row) => ({
        ...row,
        // Only the fleets' own statements are stored, by the types of the outbox.
        meter: row.meter as MeterName,
      })),
  };
}
