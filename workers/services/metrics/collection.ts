import type { FleetRow } from "../../../db/queries/fleets.ts";
import { monthlyMicros } from "../../../domain/metrics/collection.ts";
import { plural } from "../../../domain/plural.ts";
import { priceLists } from "../../../domain/usage/price-list.ts";
import type { Receipt } from "../../../protocol/api/shared.ts";
import type { Context } from "../context.ts";
import { tryFleet } from "../fleets/ask.ts";
import { wholeSetting } from "../fleets/whole-setting.ts";

/** What a fleet stores of its agents' metrics. */
export const collection = wholeSetting({
  name: "metricsCollection",
  action: "fleet.metrics_collection",
  summary: ({ slug, metricsCollection }, isSame) => {
    const { enabled, everySeconds, scrape } = metricsCollection;
    if (isSame) return `left the metrics of fleet ${slug} as they were`;
    if (!enabled) return `stores no metrics of fleet ${slug} any more`;
    const also = scrape.length === 0 ? "" : `, with ${scrape.length} series of the programs`;
    return `stores metrics of fleet ${slug}, told every ${everySeconds} s${also}`;
  },
  next: ({ id }) => [{ label: "Look at them", command: "muster metrics", href: `/v1/fleets/${id}/metrics` }],
  cost,
});

/** By the newest price list, since that is what a month to come costs. */
async function cost(ctx: Context, fleet: FleetRow): Promise<Receipt["cost"]> {
  const list = priceLists.at(-1);
  const price = list?.prices.find(({ meter }) => meter === "metered_agent_seconds");
  const asked = await tryFleet(ctx, fleet, (stub, scope) => stub.summary(scope));
  if (!list || !price || !asked.ok) return null;
  const { total, revoked } = asked.value.counts;
  const agents = total - revoked;
  const micros = monthlyMicros(agents, price);
  const included = Math.floor(price.included / (730 * 3600));
  return {
    summary: `${plural(agents, "agent")}, online all month: ${(micros / 1_000_000).toFixed(2)} ${list.currency} at most, before the ${plural(included, "agent")} that each organization has free`,
    micros,
    currency: list.currency,
  };
}
