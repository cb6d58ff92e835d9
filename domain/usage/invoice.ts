import { distinctEntries, type LedgerEntry, sumUnits } from "./ledger.ts";
import { type MeterName, meters, toQuantity } from "./meters.ts";
import type { Price, PriceList, PriceTier } from "./price-list.ts";

export interface InvoiceLine {
  meter: MeterName;
  description: string;
  /** What this line covers: all of the meter's usage, or with several tiers the part that falls into this one. */
  quantity: number;
  unit: string;
  included: number;
  billable: number;
  unitPriceMicros: number;
  perUnits: number;
  amountMicros: number;
}

export interface Invoice {
  currency: PriceList["currency"];
  priceListVersion: string;
  lines: InvoiceLine[];
  totalMicros: number;
}

/** How a customer arrives at the same figures from `GET /v1/orgs/{org}/ledger`. */
export const recomputeRule =
  "Take the ledger entries whose hour lies in the period, each (fleet, hour, meter, sequence) once, and add the " +
  "hours still open. Sum per meter: that is the quantity. Take off what is included, split the rest by the price " +
  "list's tiers, and for each line compute billable × unitPriceMicros ÷ perUnits, rounded half up to a whole micro. " +
  "The total is the sum of the lines.";

/**
 * A pure function of the ledger's entries, whose order and repetitions do not matter, and of `sums`: each counts as
 * it stands, such as hours that are still open or what a store has added up. Sums below zero bill zero.
 */
export function computeInvoice(
  entries: Iterable<LedgerEntry>,
  list: PriceList,
  sums: Iterable<Pick<LedgerEntry, "meter" | "quantity">> = [],
): Invoice {
  const total = sumUnits([...distinctEntries(entries), ...sums]);
  const lines = list.prices.flatMap((price) => priceLines(price, Math.max(0, total[price.meter])));
  return {
    currency: list.currency,
    priceListVersion: list.version,
    lines,
    totalMicros: lines.reduce((total, line) => total + line.amountMicros, 0),
  };
}

function priceLines(price: Price, units: number): InvoiceLine[] {
  const { unitsPer } = meters[price.meter];
  const includedUnits = price.included * unitsPer;
  const lines: InvoiceLine[] = [];
  let floor = 0;
  for (const [index, tier] of price.tiers.entries()) {
    const billable = Math.max(0, units - includedUnits);
    const ceiling = tier.upTo === null ? billable : Math.min(billable, tier.upTo * unitsPer);
    const inTier = Math.max(0, ceiling - floor);
    if (index === 0 || inTier > 0)
      lines.push(priceLine(price, tier, index, inTier, Math.min(units, includedUnits)));
    floor = Math.max(floor, ceiling);
  }
  return lines;
}

/** What is included is used up before the first tier, so it stands on that line. */
function priceLine(
  price: Price,
  tier: PriceTier,
  index: number,
  billableUnits: number,
  usedIncludedUnits: number,
): InvoiceLine {
  const included = index === 0 ? price.included : 0;
  const covered = billableUnits + (index === 0 ? usedIncludedUnits : 0);
  return {
    meter: price.meter,
    description: index === 0 ? price.description : `${price.description}, volume price ${index + 1}`,
    quantity: toQuantity(price.meter, covered),
    unit: meters[price.meter].unit,
    included,
    billable: toQuantity(price.meter, billableUnits),
    unitPriceMicros: tier.unitPriceMicros,
    perUnits: tier.perUnits,
    amountMicros: amountOf(billableUnits, tier, meters[price.meter].unitsPer),
  };
}

/** The one place where money is rounded: half up to a whole micro, from exact integers. */
function amountOf(units: number, tier: PriceTier, unitsPer: number): number {
  const divisor = BigInt(tier.perUnits) * BigInt(unitsPer);
  const dividend = BigInt(units) * BigInt(tier.unitPriceMicros);
  return Number((2n * dividend + divisor) / (2n * divisor));
}
