import type { Price } from "../usage/price-list.ts";

/** What a fleet stores of its agents' metrics. */
export interface MetricsCollection {
  enabled: boolean;
  /** Between two messages of an agent; each brings a point for every 10 seconds since the one before. */
  everySeconds: number;
  /** Series of the programs' own metrics, as a metric gate names them: summed, and without `rate`. */
  scrape: string[];
}

export const noCollection: MetricsCollection = { enabled: false, everySeconds: 60, scrape: [] };

/** Of a month of 730 hours, as price lists count it. */
const monthSeconds = 730 * 3600;

/** What storing the metrics of so many agents costs in a month, before what is included: millionths of the currency unit. */
export function monthlyMicros(agents: number, price: Pick<Price, "tiers">): number {
  let left = agents * monthSeconds;
  let from = 0;
  let micros = 0;
  for (const { upTo, unitPriceMicros, perUnits } of price.tiers) {
    const here = Math.min(left, (upTo ?? Number.POSITIVE_INFINITY) - from);
    micros += (here / perUnits) * unitPriceMicros;
    left -= here;
    if (left <= 0) break;
    from = upTo ?? from;
  }
  return Math.round(micros);
}
