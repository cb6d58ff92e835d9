import type { z } from "zod";
import type { apiKey, createdApiKey, signUpAnswer } from "../../protocol/api/auth.ts";
import type { configKindInfo, createdConfig } from "../../protocol/api/configs.ts";
import type { fleetCounts } from "../../protocol/api/fleets.ts";
import type {
  assignment,
  assignmentBody,
  decision,
  gates,
  rolloutAction,
  rolloutAgent,
  rolloutCounts,
  strategy,
  waveView,
} from "../../protocol/api/rollouts.ts";
import type { invoiceLine } from "../../protocol/api/usage.ts";

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export type ApiKey = z.infer<typeof apiKey>;
export type CreatedApiKey = z.infer<typeof createdApiKey>;
export type SignUpAnswer = z.infer<typeof signUpAnswer>;
export type ConfigKindInfo = z.infer<typeof configKindInfo>;
export type CreatedConfig = z.infer<typeof createdConfig>;
export type FleetCounts = z.infer<typeof fleetCounts>;
export type Assignment = z.infer<typeof assignment>;
export type AssignmentInput = z.input<typeof assignmentBody>;
export type StrategyInput = z.input<typeof strategy>;
export type GatesInput = z.input<typeof gates>;
export type Decision = z.infer<typeof decision>;
export type RolloutAction = z.infer<typeof rolloutAction>;
export type RolloutAgent = z.infer<typeof rolloutAgent>;
export type RolloutCounts = z.infer<typeof rolloutCounts>;
export type WaveView = z.infer<typeof waveView>;
export type InvoiceLine = z.infer<typeof invoiceLine>;
