import { refuse } from "../../errors.ts";
import { resolveCount } from "../gates.ts";
import type { CountOrPercent } from "../rollout.ts";

/** Waves of `batch` agents; a percentage is of the agents that change, rounded up. The last wave takes the rest. */
export function rollingWaves<T>(agents: readonly T[], batch: CountOrPercent): T[][] {
  const size = resolveCount(batch, agents.length);
  if (size < 1) {
    refuse("plan_impossible", "A batch of 0 agents never ends. Use 1 or more, or a percentage such as 10%.", [
      { path: "strategy.batch", message: "must be at least 1" },
    ]);
  }
  const waves: T[][] = [];
  for (let at = 0; at < agents.length; at += size) waves.push(agents.slice(at, at + size));
  return waves;
}
