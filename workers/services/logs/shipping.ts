import type { LogShipping } from "../../../domain/logs/logs.ts";
import { plural } from "../../../domain/plural.ts";
import { priceLists } from "../../../domain/usage/price-list.ts";
import type { Receipt } from "../../../protocol/api/shared.ts";
import { wholeSetting } from "../fleets/whole-setting.ts";

/** What a fleet keeps of its agents' logs. */
export const shipping = wholeSetting({
  name: "logShipping",
  action: "fleet.log_shipping",
  summary: ({ slug, logShipping }, isSame) => {
    const { enabled, sources, retentionDays, dailyMegabytes } = logShipping;
    if (isSame) return `left the logs that fleet ${slug} keeps as they were`;
    if (!enabled) return `keeps no more logs of fleet ${slug}; what is kept stays until it is too old`;
    return `keeps ${sources.join(", ")} of fleet ${slug}'s agents for ${plural(retentionDays, "day")}, ${dailyMegabytes} MB per agent and day at most`;
  },
  next: () => [
    {
      label: "Search what is kept",
      command: "muster logs <agent> --kept",
      href: "/v1/agents/{agent}/logs",
    },
  ],
  cost: (_, { logShipping }) => cost(logShipping),
});

/** By the newest price list: what a month costs of one agent that uses its quota up each day. */
function cost({ dailyMegabytes }: LogShipping): Receipt["cost"] {
  const list = priceLists.at(-1);
  const price = list?.prices.find(({ meter }) => meter === "shipped_log_bytes");
  const tier = price?.tiers[0];
  if (!list || !price || !tier) return null;
  const monthlyBytes = 30 * dailyMegabytes * 1_000_000;
  const micros = Math.round((monthlyBytes * tier.unitPriceMicros) / tier.perUnits);
  const gigabytes = (bytes: number) => bytes / 1_000_000_000;
  return {
    summary: `An agent that ships ${dailyMegabytes} MB each day: ${(micros / 1_000_000).toFixed(2)} ${list.currency} a month at most, before the ${gigabytes(price.included)} GB that each organization has free`,
    micros,
    currency: list.currency,
  };
}
