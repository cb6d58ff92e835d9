import type { DriftPolicy } from "../../domain/fleets/drift.ts";
import type { AgentId, RolloutId } from "../../domain/ids.ts";
import { ToldSetting } from "./kept-setting.ts";

/** A repair that was asked of the outside: its rollout comes under this id, or not at all. */
export interface RepairOrder {
  rolloutId: RolloutId;
  policy: Exclude<DriftPolicy, "tell">;
  agents: AgentId[];
  /** Epoch ms. */
  at: number;
}

export interface KnownDriftPolicy {
  policy: DriftPolicy;
  revision: number;
  order: RepairOrder | null;
  /** Why the last order was refused, when, and whom it was for; null = it was not. */
  refused: { text: string; at: number; agents: AgentId[] } | null;
  /** Orders that were refused one after another. */
  refusals: number;
}

/** What the fleet does about drift, and is doing now. */
export const keptDriftPolicy = (sql: SqlStorage): ToldSetting<KnownDriftPolicy> =>
  new ToldSetting(sql, "drift", { policy: "tell", revision: -1, order: null, refused: null, refusals: 0 });
