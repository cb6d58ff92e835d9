import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Aggregate, MetricGate } from "../rollout.ts";
import { addSample, mergeAggregates, noSamples, standardError } from "./aggregate.ts";
import { judgeMetric } from "./judge-metric.ts";

const aggregateOf = (values: readonly number[]) => values.reduce(addSample, noSamples);
const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const values = fc.array(value, { maxLength: 50 });

const near = (a: number, b: number, scale: number) => Math.abs(a - b) <= 1e-9 * Math.max(1, scale);
function expectSame(got: Aggregate, wanted: Aggregate): void {
  expect(got.samples).toBe(wanted.samples);
  expect(near(got.mean, wanted.mean, 1e6)).toBe(true);
  expect(near(got.m2, wanted.m2, 1e12 * (1 + wanted.samples))).toBe(true);
}

describe("aggregates", () => {
  test("equal the mean and the squared deviations computed in two passes, in any order", () => {
    fc.assert(
      fc.property(values, fc.infiniteStream(fc.nat()), (all, picks) => {
        const mean = all.length === 0 ? 0 : all.reduce((sum, one) => sum + one, 0) / all.length;
        const wanted = {
          samples: all.length,
          mean,
          m2: all.reduce((sum, one) => sum + (one - mean) ** 2, 0),
        };
        const shuffled = [...all].map((one) => ({ one, key: picks.next().value as number }));
        shuffled.sort((a, b) => a.key - b.key);
        expectSame(aggregateOf(all), wanted);
        expectSame(aggregateOf(shuffled.map(({ one }) => one)), wanted);
      }),
    );
  });

  test("merging two equals adding all to one", () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        expectSame(mergeAggregates(aggregateOf(a), aggregateOf(b)), aggregateOf([...a, ...b]));
      }),
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e200])(
    "%s is no sample",
    (bad) => {
      const some = aggregateOf([1, 2, 3]);
      expect(addSample(some, bad)).toEqual(some);
    },
  );

  test("the standard error of a mean, by hand", () => {
    expect(standardError(aggregateOf([2, 4, 4, 4, 5, 5, 7, 9]))).toBeCloseTo(Math.sqrt(32 / 7 / 8), 12);
    expect(standardError(aggregateOf([5, 5, 5]))).toBe(0);
    expect(standardError(aggregateOf([5]))).toBe(Number.POSITIVE_INFINITY);
  });
});

const gate = (changes: Partial<MetricGate>): MetricGate => ({
  metric: "errors",
  as: "value",
  per: null,
  max: null,
  min: null,
  compare: null,
  minSamples: 3,
  ...changes,
});
/** So many samples with this mean and this standard error. */
const samples = (mean: number, error = 0, count = 10): Aggregate => ({
  samples: count,
  mean,
  m2: error * error * count * (count - 1),
});
const higher = { worse: "higher" as const, byPercent: 10, atLeast: 0 };

test.each<[string, Partial<MetricGate>, Aggregate, Aggregate | null, "pass" | "hold" | "fail"]>([
  ["too few samples", { max: 5 }, samples(100, 0, 2), null, "hold"],
  ["within the limit", { max: 5 }, samples(5, 3), null, "pass"],
  ["above it for certain", { max: 5 }, samples(7, 1), null, "fail"],
  ["above it, perhaps by chance", { max: 5 }, samples(6.9, 1), null, "hold"],
  ["below the least for certain", { min: 5 }, samples(3, 1), null, "fail"],
  ["below it, perhaps by chance", { min: 5 }, samples(3.1, 1), null, "hold"],
  ["within both", { min: 1, max: 5 }, samples(3, 0), null, "pass"],
  ["above one of both", { min: 1, max: 5 }, samples(6, 0), null, "fail"],
  ["no worse than the rest", { compare: higher }, samples(100), samples(100), "pass"],
  ["exactly as much worse as may be", { compare: higher }, samples(110), samples(100), "pass"],
  ["worse than may be", { compare: higher }, samples(111), samples(100), "fail"],
  ["perhaps worse", { compare: higher }, samples(111, 2), samples(100, 2), "hold"],
  ["perhaps not better enough to pass", { compare: higher }, samples(109, 2), samples(100), "hold"],
  ["better", { compare: higher }, samples(10, 1), samples(100, 1), "pass"],
  ["lower is worse", { compare: { ...higher, worse: "lower" } }, samples(80), samples(100), "fail"],
  [
    "lower is worse, and it is higher",
    { compare: { ...higher, worse: "lower" } },
    samples(180),
    samples(100),
    "pass",
  ],
  [
    "little above nothing: a share of nothing is nothing",
    { compare: higher },
    samples(1),
    samples(0),
    "fail",
  ],
  [
    "unless so much is allowed at least",
    { compare: { ...higher, atLeast: 2 } },
    samples(1),
    samples(0),
    "pass",
  ],
  ["a share of a negative mean", { compare: higher }, samples(-95), samples(-100), "pass"],
  ["too few to compare with", { compare: higher }, samples(500), samples(1, 0, 2), "hold"],
  ["nobody to compare with", { compare: higher }, samples(500), null, "pass"],
  ["nobody to compare with, above the limit", { compare: higher, max: 5 }, samples(500), null, "fail"],
  ["within the limit and worse than the rest", { compare: higher, max: 5 }, samples(4), samples(1), "fail"],
  ["above the limit and no worse than the rest", { compare: higher, max: 5 }, samples(9), samples(9), "fail"],
  ["passes the one, holds the other", { compare: higher, max: 5 }, samples(4, 1), samples(4, 1), "hold"],
])("%s", (_, changes, wave, baseline, wanted) => {
  const judged = judgeMetric(gate(changes), wave, baseline);
  expect(judged.verdict).toBe(wanted);
  expect(
    Object.values(judged.inputs).every((input) => typeof input === "string" || Number.isFinite(input)),
  ).toBe(true);
});

test("says what it judged, by which numbers", () => {
  const judged = judgeMetric(
    gate({
      metric: "http_errors_total",
      as: "rate",
      per: "http_requests_total",
      compare: { ...higher, atLeast: 0.01 },
    }),
    samples(0.25, 0.01, 12),
    samples(0.02, 0.001, 40),
  );
  expect(judged.text).toBe(
    "rate of http_errors_total per http_requests_total: mean 0.25 ± 0.0196 over 12 samples, against 0.02 over 40 elsewhere: 0.23 worse, and 0.01 is allowed",
  );
  expect(judged.inputs).toMatchObject({
    metric: "rate of http_errors_total per http_requests_total",
    samples: 12,
    mean: 0.25,
    baselineSamples: 40,
    baselineMean: 0.02,
    worse: "higher",
    byPercent: 10,
    atLeast: 0.01,
    allowed: 0.01,
  });
  expect(judged.inputs.standardError).toBeCloseTo(0.01, 12);
  expect(judgeMetric(gate({ max: 5 }), samples(6.9, 1), null).text).toBe(
    "errors: mean 6.9 ± 1.96 over 10 samples, above the limit of 5, but not for certain",
  );
  expect(judgeMetric(gate({ max: 5 }), noSamples, null).text).toBe("errors: 0 samples of the 3 needed");
});

test("worse readings never judge better", () => {
  const rank = { pass: 0, hold: 1, fail: 2 };
  const error = fc.double({ min: 0, max: 10, noNaN: true });
  const mean = fc.double({ min: -100, max: 100, noNaN: true });
  fc.assert(
    fc.property(
      mean,
      error,
      mean,
      error,
      fc.double({ min: 0, max: 50, noNaN: true }),
      (w, we, b, be, more) => {
        const verdict = (at: number) =>
          judgeMetric(gate({ max: 20, compare: { ...higher, atLeast: 1 } }), samples(at, we), samples(b, be))
            .verdict;
        expect(rank[verdict(w + more)]).toBeGreaterThanOrEqual(rank[verdict(w)]);
      },
    ),
  );
});

/** Uniform in [0, 1), from a seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

test("two sides alike seldom fail, and a large difference is found", () => {
  const random = randomFrom(20261121);
  // Sums of six uniform draws: near a normal distribution around 3, with a deviation of 0.7.
  const draw = () => Array.from({ length: 6 }, random).reduce((sum, one) => sum + one, 0);
  let failed = 0;
  let found = 0;
  const runs = 2000;
  for (let run = 0; run < runs; run++) {
    const wave = Array.from({ length: 5 }, draw);
    const rest = aggregateOf(Array.from({ length: 5 }, draw));
    const alike = gate({ compare: { ...higher, byPercent: 0 } });
    if (judgeMetric(alike, aggregateOf(wave), rest).verdict === "fail") failed++;
    const worse = aggregateOf(wave.map((one) => one + 2));
    if (judgeMetric(gate({ compare: higher }), worse, rest).verdict === "fail") found++;
  }
  expect(failed / runs).toBeLessThan(0.06);
  expect(found / runs).toBeGreaterThan(0.9);
});
