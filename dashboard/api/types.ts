import type { z } from "zod";
import type { fleetCounts } from "../../protocol/api/fleets.ts";
import type { decision, rolloutAction, rolloutCounts, waveView } from "../../protocol/api/rollouts.ts";

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export type FleetCounts = z.infer<typeof fleetCounts>;
export type Decision = z.infer<typeof decision>;
export type RolloutAction = z.infer<typeof rolloutAction>;
export type RolloutCounts = z.infer<typeof rolloutCounts>;
export type WaveView = z.infer<typeof waveView>;
