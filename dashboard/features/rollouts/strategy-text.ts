import type { Strategy } from "../../../protocol/api/rollouts.ts";
import { duration } from "../../lib/time.ts";

export function strategyText(strategy: Strategy): string {
  switch (strategy.kind) {
    case "all-at-once":
      return "all at once";
    case "canary":
      return `canary, ${strategy.steps.length} ${strategy.steps.length === 1 ? "step" : "steps"}`;
    case "blue-green":
      return "blue/green";
    case "rolling": {
      const size =
        typeof strategy.batch === "number" ? `${strategy.batch} at a time` : `${strategy.batch} at a time`;
      return `rolling, ${size}${strategy.pauseSeconds > 0 ? `, ${duration(strategy.pauseSeconds)} between` : ""}`;
    }
  }
}
