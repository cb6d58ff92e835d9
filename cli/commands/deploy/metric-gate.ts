import { z } from "zod";
import type { metricGate } from "../../../protocol/api/rollouts.ts";

type MetricGate = z.input<typeof metricGate>;

export const metricSyntax =
  "SERIES [per SERIES] [as rate], then any of: max N, min N, worse higher|lower by N%, at least N, samples N";

/** Parts between commas; commas within braces or quotes do not count. */
function splitParts(text: string): string[] {
  const parts: string[] = [];
  let part = "";
  let braces = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? "";
    if (quoted && char === "\\") {
      part += char + (text[++i] ?? "");
      continue;
    }
    if (char === '"') quoted = !quoted;
    else if (!quoted && char === "{") braces++;
    else if (!quoted && char === "}") braces--;
    if (char === "," && !quoted && braces === 0) {
      parts.push(part);
      part = "";
    } else part += char;
  }
  return [...parts, part].map((one) => one.trim()).filter((one) => one !== "");
}

const series = String.raw`[A-Za-z_:][A-Za-z0-9_:]*(?:\s*\{(?:[^"{}]|"(?:[^"\\]|\\.)*")*\})?`;
const subject = new RegExp(`^(${series})(?:\\s+per\\s+(${series}))?(?:\\s+as\\s+(value|rate))?$`);
const number = String.raw`(-?\d+(?:\.\d+)?(?:e-?\d+)?)`;
const clauses = {
  max: new RegExp(`^max\\s+${number}$`),
  min: new RegExp(`^min\\s+${number}$`),
  worse: new RegExp(`^worse\\s+(higher|lower)\\s+by\\s+${number}%$`),
  atLeast: new RegExp(`^at\\s+least\\s+${number}$`),
  samples: /^samples\s+(\d+)$/,
};

/** @throws Error that says what is not understood, and the syntax */
export function parseMetricGate(text: string): MetricGate {
  const refuse = (problem: string): never => {
    throw new Error(`${problem}. Write ${metricSyntax}`);
  };
  const [first = "", ...rest] = splitParts(text);
  const [, metric, per, as] = subject.exec(first) ?? [];
  if (metric === undefined) return refuse(`does not begin with a series, but with "${first}"`);
  const gate: MetricGate = { metric };
  if (per !== undefined) gate.per = per;
  if (as === "value" || as === "rate") gate.as = as;
  let worse: { worse: "higher" | "lower"; byPercent: number } | undefined;
  let atLeast: number | undefined;
  for (const part of rest) {
    const found = (name: keyof typeof clauses) => clauses[name].exec(part);
    const max = found("max");
    const min = found("min");
    const compared = found("worse");
    const least = found("atLeast");
    const samples = found("samples");
    if (max) gate.max = Number(max[1]);
    else if (min) gate.min = Number(min[1]);
    else if (compared) {
      worse = { worse: compared[1] === "lower" ? "lower" : "higher", byPercent: Number(compared[2]) };
    } else if (least) atLeast = Number(least[1]);
    else if (samples) gate.minSamples = Number(samples[1]);
    else refuse(`does not understand "${part}"`);
  }
  if (worse !== undefined) gate.compare = { ...worse, ...(atLeast === undefined ? {} : { atLeast }) };
  else if (atLeast !== undefined) refuse('has "at least" without "worse higher by N%"');
  if (gate.max === undefined && gate.min === undefined && gate.compare === undefined) {
    refuse("has no limit, so it could never fail");
  }
  return gate;
}

/** An option's value. */
export const metricGateText = z.string().transform((value, check): MetricGate => {
  try {
    return parseMetricGate(value);
  } catch (error) {
    check.addIssue(error instanceof Error ? error.message : String(error));
    return z.NEVER;
  }
});
