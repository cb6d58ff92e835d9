import type { Strategy } from "../rollout.ts";
import { allAtOnceWaves } from "./all-at-once.ts";
import { rollingWaves } from "./rolling.ts";

/** Sizes of the waves for so many agents that change. */
export function waveSizes(strategy: Strategy, agents: number): number[] {
  switch (strategy.kind) {
    case "all-at-once":
      return allAtOnceWaves(agents);
    case "rolling":
      return rollingWaves(agents, strategy.batch);
    case "canary":
    case "blue-green":
      return allAtOnceWaves(agents);
  }
}
