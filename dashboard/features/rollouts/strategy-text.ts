import type { Gates, Strategy } from "../../../protocol/api/rollouts.ts";
import { plural } from "../../lib/format.ts";
import { duration } from "../../lib/time.ts";

/** How the rollout goes, in a line. */
export function strategyText(strategy: Strategy): string {
  switch (strategy.kind) {
    case "all-at-once":
      return "all at once";
    case "canary":
      return [
        `canary, ${plural(strategy.steps.length, "step")}`,
        strategy.promotion === "manual" ? "promoted by hand" : pauseText(strategy.pauseSeconds),
      ]
        .filter(Boolean)
        .join(", ");
    case "blue-green":
      return strategy.activation === "manual" ? "blue/green, activated by hand" : "blue/green";
    case "rolling":
      return [
        `rolling, ${strategy.batch} at a time`,
        pauseText(strategy.pauseSeconds),
        strategy.maxUnavailable === null ? "" : `${strategy.maxUnavailable} unavailable at most`,
        strategy.rate === null ? "" : `from ${strategy.rate.perMinute} a minute`,
      ]
        .filter(Boolean)
        .join(", ");
  }
}

const pauseText = (seconds: number) => (seconds > 0 ? `${duration(seconds)} between` : "");

/** "rate of errors_total per requests_total: at most 0.05; not over 10% higher than the baseline". */
export function metricGateText({ metric, as, per, max, min, compare }: Gates["metrics"][number]): string {
  const limits = [
    max === null ? "" : `at most ${max}`,
    min === null ? "" : `at least ${min}`,
    compare === null ? "" : `no more than ${compare.byPercent}% ${compare.worse} than the baseline`,
  ].filter(Boolean);
  return `${as === "rate" ? "rate of " : ""}${metric}${per ? ` per ${per}` : ""}: ${limits.join("; ")}`;
}

const phases = {
  start: "before the start",
  wave: "before each later wave",
  promotion: "before the last promotion",
  rollback: "told of a rollback",
};

export function webhookText({ url, on }: Gates["webhooks"][number]): string {
  return `${url}: ${on.map((phase) => phases[phase]).join(", ")}`;
}
