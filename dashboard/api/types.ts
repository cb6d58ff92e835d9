import type { z } from "zod";
import type { apiKey, createdApiKey } from "../../protocol/api/api-keys.ts";
import type { configKindInfo, createdConfig } from "../../protocol/api/configs.ts";
import type { fleetCounts } from "../../protocol/api/fleets.ts";
import type {
  decision,
  rolloutAction,
  rolloutAgent,
  rolloutCounts,
  waveView,
} from "../../protocol/api/rollouts.ts";

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export type ApiKey = z.infer<typeof apiKey>;
export type CreatedApiKey = z.infer<typeof createdApiKey>;
export type ConfigKindInfo = z.infer<typeof configKindInfo>;
export type CreatedConfig = z.infer<typeof createdConfig>;
export type FleetCounts = z.infer<typeof fleetCounts>;
export type Decision = z.infer<typeof decision>;
export type RolloutAction = z.infer<typeof rolloutAction>;
export type RolloutAgent = z.infer<typeof rolloutAgent>;
export type RolloutCounts = z.infer<typeof rolloutCounts>;
export type WaveView = z.infer<typeof waveView>;
