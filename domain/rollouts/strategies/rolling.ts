import { resolveCount } from "../gates.ts";
import type { CountOrPercent } from "../rollout.ts";

/** Waves of `batch` agents; a percentage is of the agents that change, rounded up. The last wave takes the rest. */
export function rollingWaves(agents: number, batch: CountOrPercent): number[] {
  const size = resolveCount(batch, agents);
  const waves: number[] = [];
  for (let left = agents; left > 0; left -= size) waves.push(Math.min(size, left));
  return waves;
}
