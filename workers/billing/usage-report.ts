import type { FleetId, OrganizationId } from "../../domain/ids.ts";
import { sumUnits } from "../../domain/usage/ledger.ts";
import { type MeterName, meterNames, meters, toQuantity } from "../../domain/usage/meters.ts";
import type { Usage } from "../../protocol/api/usage.ts";
import { collectUsage, type UsageSources } from "./collect-usage.ts";

/** `GET /v1/orgs/{org}/usage`: the ledger and the open hours, by meter, by fleet and by hour. */
export async function usageReport(
  sources: UsageSources,
  organizationId: OrganizationId,
  asked: { fromMs?: number; toMs?: number; fleet?: FleetId },
): Promise<Usage> {
  const { period, fleets, stated, open } = await collectUsage(sources, asked);
  const ofFleets = [...stated.byFleet, ...open];
  const byFleet = Map.groupBy(ofFleets, (entry) => entry.fleetId);
  const live = new Set(open.map(({ fleetId, meter }) => `${fleetId} ${meter}`));
  return {
    organizationId,
    from: new Date(period.fromMs).toISOString(),
    to: new Date(period.toMs).toISOString(),
    meters: totals(ofFleets),
    fleets: fleets.flatMap(({ id, name }) =>
      totals(byFleet.get(id) ?? []).map((total) => ({
        fleetId: id,
        fleetName: name,
        ...total,
        live: live.has(`${id} ${total.meter}`),
      })),
    ),
    hours: [...Map.groupBy([...stated.byHour, ...open], ({ hour }) => hour)]
      .sort(([a], [b]) => a - b)
      .flatMap(([hour, ofHour]) =>
        totals(ofHour)
          .filter(({ quantity }) => quantity !== 0)
          .map(({ meter, quantity }) => ({ hour: new Date(hour).toISOString(), meter, quantity })),
      ),
  };
}

function totals(entries: readonly { meter: MeterName; quantity: number }[]): Usage["meters"] {
  const sums = sumUnits(entries);
  return meterNames.map((meter) => ({
    meter,
    quantity: toQuantity(meter, sums[meter]),
    unit: meters[meter].unit,
  }));
}
