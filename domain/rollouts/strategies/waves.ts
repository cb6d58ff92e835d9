import type { Candidate } from "../plan.ts";
import type { Strategy } from "../rollout.ts";
import { allAtOnceWaves } from "./all-at-once.ts";
import { canaryWaves } from "./canary.ts";
import { rollingWaves } from "./rolling.ts";

/** The agents that change (`touched`, in the order of the plan) wave by wave. `all` are the release's candidates. */
export function splitIntoWaves(
  strategy: Strategy,
  touched: readonly Candidate[],
  all: readonly Candidate[],
): Candidate[][] {
  switch (strategy.kind) {
    case "all-at-once":
    case "blue-green":
      return allAtOnceWaves(touched);
    case "rolling":
      return rollingWaves(touched, strategy.batch);
    case "canary":
      return canaryWaves(strategy.steps, touched, all);
  }
}
