import type { Aggregate } from "../rollout.ts";

export const noSamples: Aggregate = { samples: 0, mean: 0, m2: 0 };

/** Beyond this a square would not be finite any more. */
const largest = 1e100;

/** NaN, infinities and what cannot be squared are no samples: the aggregate stays as it is. */
export function addSample(aggregate: Aggregate, value: number): Aggregate {
  if (!(Math.abs(value) <= largest)) return aggregate;
  const samples = aggregate.samples + 1;
  const delta = value - aggregate.mean;
  const mean = aggregate.mean + delta / samples;
  return { samples, mean, m2: aggregate.m2 + delta * (value - mean) };
}

/** As if all samples of both had been added to one. */
export function mergeAggregates(a: Aggregate, b: Aggregate): Aggregate {
  const samples = a.samples + b.samples;
  if (samples === 0) return noSamples;
  const delta = b.mean - a.mean;
  return {
    samples,
    mean: a.mean + (delta * b.samples) / samples,
    m2: a.m2 + b.m2 + (delta * delta * a.samples * b.samples) / samples,
  };
}

/** Of the mean. Below two samples nothing is known of it: infinite. */
export function standardError({ samples, m2 }: Aggregate): number {
  if (samples < 2) return Number.POSITIVE_INFINITY;
  return Math.sqrt(Math.max(0, m2) / (samples - 1) / samples);
}
