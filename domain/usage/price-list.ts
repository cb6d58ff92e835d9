import type { MeterName } from "./meters.ts";

/** `unitPriceMicros` (millionths of the currency unit) buys `perUnits` of the meter's unit. */
export interface PriceTier {
  /** Up to this billable quantity, in the meter's unit; null = without end. Only the last tier has null. */
  upTo: number | null;
  unitPriceMicros: number;
  perUnits: number;
}

export interface Price {
  meter: MeterName;
  description: string;
  /** Free in each billing period, per organization, in the meter's unit. */
  included: number;
  tiers: readonly PriceTier[];
}

export interface PriceList {
  /** Never reused: an invoice names the version that it was computed with. */
  version: string;
  /** Applies to billing periods that begin at or after this, epoch ms. */
  effectiveFrom: number;
  currency: "EUR" | "USD";
  prices: readonly Price[];
}

/** An agent that is connected for a month of 730 hours. */
const agentMonthSeconds = 730 * 3600;

/** Of the first list; later ones take them over as long as they hold. */
const firstPrices: readonly Price[] = [
  {
    meter: "connected_agent_seconds",
    description: "Connected agents (one agent-month = 730 hours connected)",
    included: 5 * agentMonthSeconds,
    tiers: [
      { upTo: 995 * agentMonthSeconds, unitPriceMicros: 2_000_000, perUnits: agentMonthSeconds },
      { upTo: null, unitPriceMicros: 1_200_000, perUnits: agentMonthSeconds },
    ],
  },
  {
    meter: "config_deliveries",
    description: "Config deliveries (one per agent and answered offer)",
    included: 1_000,
    tiers: [{ upTo: null, unitPriceMicros: 100_000, perUnits: 1_000 }],
  },
];

/** Newest last. A published list is never edited: append another. */
export const priceLists: readonly PriceList[] = [
  { version: "2026-11", effectiveFrom: Date.UTC(2026, 0, 1), currency: "EUR", prices: firstPrices },
  {
    version: "2026-12",
    effectiveFrom: Date.UTC(2026, 11, 1),
    currency: "EUR",
    prices: [
      ...firstPrices,
      {
        meter: "shipped_log_bytes",
        description: "Kept logs (bytes of log text that agents shipped)",
        included: 1_000_000_000,
        tiers: [{ upTo: null, unitPriceMicros: 250_000, perUnits: 1_000_000_000 }],
      },
      {
        meter: "metered_agent_seconds",
        description:
          "Stored metrics (one agent-month = 730 hours during which an agent's metrics are stored)",
        included: 5 * agentMonthSeconds,
        tiers: [{ upTo: null, unitPriceMicros: 400_000, perUnits: agentMonthSeconds }],
      },
    ],
  },
];

/** The list for a billing period that begins at `periodStartMs`; the oldest for what came before it. */
export function priceListFor(periodStartMs: number, lists: readonly PriceList[] = priceLists): PriceList {
  const found = lists.findLast((list) => list.effectiveFrom <= periodStartMs) ?? lists[0];
  if (!found) throw new RangeError("there is no price list");
  return found;
}
