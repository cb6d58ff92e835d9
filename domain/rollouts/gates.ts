import { fitting, plural } from "../plural.ts";
import { type Counts, failureCount, reportedCount } from "./counts.ts";
import type { CountOrPercent, Gates } from "./rollout.ts";

export interface Verdict {
  verdict: "pass" | "hold" | "fail";
  gate: "failures" | "evidence";
  text: string;
  inputs: Record<string, number | string>;
}

/** A count as it is; a percentage of `total` rounded up, at least one. */
export function resolveCount(value: CountOrPercent, total: number): number {
  if (typeof value === "number") return value;
  return Math.max(1, Math.ceil((parsePercent(value) * total) / 100));
}

export function parsePercent(text: string): number {
  return Number.parseInt(text, 10);
}

/**
 * Failures so far against the most that are allowed. A share is judged over the agents that reported, never over the
 * total; before a wave is settled it stops the rollout only when it would be too large even if every agent still
 * under way came out well (`mayStillReport`).
 */
export function judgeFailures(totals: Counts, gates: Gates, mayStillReport: number): Verdict {
  const failures = failureCount(totals);
  const reported = reportedCount(totals);
  const { failed, rejected, timed_out } = totals;
  const inputs = {
    failures,
    failed,
    rejected,
    timed_out,
    reported,
    mayStillReport,
    maxFailures: gates.maxFailures,
  };
  if (typeof gates.maxFailures === "number") {
    const fails = failures > gates.maxFailures;
    const relation = fails ? "more than" : "within";
    return {
      verdict: fails ? "fail" : "pass",
      gate: "failures",
      text: `${agents(failures)} failed${kindsOf(totals)}, ${relation} the ${gates.maxFailures} allowed`,
      inputs,
    };
  }
  const fails = failures * 100 > parsePercent(gates.maxFailures) * (reported + mayStillReport);
  return {
    verdict: fails ? "fail" : "pass",
    gate: "failures",
    text: `${failures} of ${agents(reported)} that reported failed${kindsOf(totals)}, ${fails ? "more than" : "within"} ${gates.maxFailures}`,
    inputs,
  };
}

/** Of failures that are not all agents' own word: ` (1 by its own word, 2 timed out)`. */
function kindsOf({ failed, rejected, timed_out }: Counts): string {
  if (rejected + timed_out === 0) return "";
  const kinds = [
    failed > 0 && `${failed} by ${fitting(failed, "its", "their")} own word`,
    rejected > 0 && `${rejected} rejected`,
    timed_out > 0 && `${timed_out} timed out`,
  ];
  return ` (${kinds.filter((kind) => kind !== false).join(", ")})`;
}

/**
 * A wave that offered to agents and heard too little says too little about the config: it holds. `minReported` of them
 * must have reported, or all where fewer were offered it.
 */
export function judgeEvidence(
  wave: Counts,
  offered: number,
  { minReported }: Pick<Gates, "minReported">,
): Verdict {
  const { verified, failed, timed_out, unreachable } = wave;
  const reported = verified + failed + timed_out;
  const inputs = { offered, verified, failed, timed_out, unreachable, minReported };
  if (reported > 0 && reported < Math.min(minReported, offered)) {
    const text = `${reported} of ${agents(offered)} that were offered the release reported, and ${Math.min(minReported, offered)} must`;
    return { verdict: "hold", gate: "evidence", text, inputs };
  }
  if (offered > 0 && reported === 0) {
    const text =
      offered === 1
        ? "the one agent that was offered the release was not heard of again"
        : `none of the ${agents(offered)} that were offered the release was heard of again`;
    return { verdict: "hold", gate: "evidence", text, inputs };
  }
  const text =
    offered === 0
      ? "nobody in this wave had to change or could be reached"
      : `${verified} of ${agents(offered)} ${fitting(verified, "runs", "run")} the release and stayed healthy`;
  return { verdict: "pass", gate: "evidence", text, inputs };
}

export function agents(count: number): string {
  return plural(count, "agent");
}
