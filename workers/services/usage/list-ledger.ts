import { type LedgerRow, listLedger } from "../../../db/queries/usage.ts";
import type { MeterName } from "../../../domain/usage/meters.ts";
import { usagePeriod } from "../../billing/collect-usage.ts";
import type { Context } from "../context.ts";
import { idCursor, pageOf } from "../cursor.ts";
import type { ListInput } from "../list-input.ts";
import { somewhereScope } from "../scope.ts";
import { iso } from "../time.ts";
import { askedPeriod, fleetOf, type UsageInput } from "./get.ts";

const ledgerView = (row: LedgerRow) => ({
  id: row.id,
  fleetId: row.fleetId,
  hour: iso(row.hour),
  // Only the fleets' own statements are stored, by the types of the outbox.
  meter: row.meter as MeterName,
  quantity: row.quantity,
  sequence: row.sequence,
  recordedAt: iso(row.recordedAt),
});

/** Oldest first. */
export async function list({ ctx, input }: { ctx: Context; input: ListInput & UsageInput }) {
  const { organization, places } = somewhereScope(ctx, input.org, "usage.read");
  if (input.fleet) await fleetOf(ctx, organization.id, input.fleet);
  const asked = askedPeriod(ctx, input);
  const after = idCursor("ledgerEntry", input.cursor);
  const rows = await listLedger(
    ctx.db,
    organization.id,
    { ...usagePeriod(ctx.clock.now(), asked), places, ...(asked.fleet && { fleet: asked.fleet }) },
    { limit: input.limit, ...(after && { after }) },
  );
  return pageOf(rows, ledgerView, (row) => row.id);
}
