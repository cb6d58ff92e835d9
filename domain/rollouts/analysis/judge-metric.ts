import { plural } from "../../plural.ts";
import type { Aggregate, Decision, MetricGate } from "../rollout.ts";
import { standardError } from "./aggregate.ts";

/** Standard errors to either side of a mean that hold the true one in 95 of 100 cases. */
const confidence = 1.96;

export interface MetricVerdict {
  /** `hold`: inconclusive, more samples may tell. */
  verdict: "pass" | "hold" | "fail";
  gate: "metrics";
  text: string;
  inputs: Decision["inputs"];
}

interface Part {
  verdict: MetricVerdict["verdict"];
  text: string;
  inputs: Decision["inputs"];
}

/**
 * What a metric gate makes of the samples so far. `fail` stops at any time; `pass` counts when the wave closes.
 * - Limits: beyond one with 95 % confidence fails; a mean within both passes; beyond one without it holds.
 * - Comparison: `d` is how much worse the wave's mean is, `L` how much worse it may be. d − 1.96·SE > L fails,
 *   d + 1.96·SE ≤ L passes, and what lies between holds.
 * `baseline`: null = there are no agents of later waves to compare with; only the limits are judged.
 */
export function judgeMetric(gate: MetricGate, wave: Aggregate, baseline: Aggregate | null): MetricVerdict {
  const parts = [
    ...judgeLimits(gate, wave),
    ...(gate.compare === null ? [] : [judgeComparison(gate, gate.compare, wave, baseline)]),
  ];
  const worst = (["fail", "hold", "pass"] as const).find((verdict) =>
    parts.some((part) => part.verdict === verdict),
  );
  const verdict = worst ?? "pass";
  const telling = parts.filter((part) => part.verdict === verdict);
  return {
    verdict,
    gate: "metrics",
    text: `${nameOf(gate)}: ${telling.map((part) => part.text).join("; ") || "nothing to judge by"}`,
    inputs: Object.assign(
      { metric: nameOf(gate), ...inputsOf(wave, "") },
      ...parts.map((part) => part.inputs),
    ),
  };
}

function judgeLimits({ max, min, minSamples }: MetricGate, wave: Aggregate): Part[] {
  if (max === null && min === null) return [];
  const inputs = { minSamples, ...(max === null ? {} : { max }), ...(min === null ? {} : { min }) };
  if (wave.samples < minSamples) return [{ verdict: "hold", text: tooFew(wave, minSamples, ""), inputs }];
  const margin = confidence * standardError(wave);
  const what = meanText(wave);
  const parts: Part[] = [];
  if (max !== null) {
    const verdict = wave.mean <= max ? "pass" : wave.mean - margin > max ? "fail" : "hold";
    parts.push({ verdict, text: `${what}, ${relation[verdict]("above", max)}`, inputs });
  }
  if (min !== null) {
    const verdict = wave.mean >= min ? "pass" : wave.mean + margin < min ? "fail" : "hold";
    parts.push({ verdict, text: `${what}, ${relation[verdict]("below", min)}`, inputs });
  }
  return parts;
}

const relation = {
  pass: (_: string, limit: number) => `within the limit of ${round(limit)}`,
  hold: (side: string, limit: number) => `${side} the limit of ${round(limit)}, but not for certain`,
  fail: (side: string, limit: number) => `${side} the limit of ${round(limit)}`,
};

function judgeComparison(
  { minSamples }: MetricGate,
  { worse, byPercent, atLeast }: NonNullable<MetricGate["compare"]>,
  wave: Aggregate,
  baseline: Aggregate | null,
): Part {
  if (baseline === null) {
    const text = "not compared, since no agents of later waves are left to compare with";
    return { verdict: "pass", text, inputs: { compared: "no" } };
  }
  const inputs = { minSamples, worse, byPercent, atLeast, ...inputsOf(baseline, "baseline") };
  if (wave.samples < minSamples) return { verdict: "hold", text: tooFew(wave, minSamples, ""), inputs };
  if (baseline.samples < minSamples) {
    return {
      verdict: "hold",
      text: tooFew(baseline, minSamples, " from the agents to compare with"),
      inputs,
    };
  }
  const allowed = Math.max((byPercent * Math.abs(baseline.mean)) / 100, atLeast);
  const difference = worse === "higher" ? wave.mean - baseline.mean : baseline.mean - wave.mean;
  const margin = confidence * Math.hypot(standardError(wave), standardError(baseline));
  const verdict = difference - margin > allowed ? "fail" : difference + margin <= allowed ? "pass" : "hold";
  const against = `${meanText(wave)}, against ${round(baseline.mean)} over ${baseline.samples} elsewhere`;
  const how = {
    pass: `no more than ${round(allowed)} worse`,
    hold: `more samples must tell whether it is more than ${round(allowed)} worse`,
    fail: `${round(difference)} worse, and ${round(allowed)} is allowed`,
  }[verdict];
  return { verdict, text: `${against}: ${how}`, inputs: { ...inputs, difference, margin, allowed } };
}

function inputsOf(aggregate: Aggregate, side: "" | "baseline"): Decision["inputs"] {
  const { samples, mean } = aggregate;
  const error = standardError(aggregate);
  const facts = {
    samples,
    ...(samples > 0 ? { mean } : {}),
    ...(samples > 1 ? { standardError: error } : {}),
  };
  if (side === "") return facts;
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [`${side}${name[0]?.toUpperCase()}${name.slice(1)}`, value]),
  );
}

function tooFew({ samples }: Aggregate, minSamples: number, where: string): string {
  return `${plural(samples, "sample")}${where} of the ${minSamples} needed`;
}

function meanText(aggregate: Aggregate): string {
  const { samples, mean } = aggregate;
  return `mean ${round(mean)} ± ${round(confidence * standardError(aggregate))} over ${samples} samples`;
}

function nameOf({ metric, as, per }: MetricGate): string {
  return `${as === "rate" ? `rate of ${metric}` : metric}${per === null ? "" : ` per ${per}`}`;
}

/** Four digits are enough to read. */
function round(value: number): string {
  return String(Number(value.toPrecision(4)));
}
