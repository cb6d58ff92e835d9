import type { RolloutRow, RolloutSummary } from "../../../db/queries/rollouts.ts";
import { type RolloutAgentState, rolloutAgentStates } from "../../../domain/rollouts/states.ts";
import { gates, type Rollout, strategy } from "../../../protocol/api/rollouts.ts";
import { iso, isoOrNull } from "../time.ts";

export const noCounts = (): Record<RolloutAgentState, number> =>
  Object.fromEntries(rolloutAgentStates.map((state) => [state, 0])) as Record<RolloutAgentState, number>;

/** Rows of older versions lack the newer terms: the schemas' defaults fill them in. */
export const termsOf = (row: Pick<RolloutRow, "strategy" | "gates">) => ({
  strategy: strategy.parse(row.strategy),
  gates: gates.parse(row.gates),
});

export const rolloutView = (row: RolloutRow): Rollout => ({
  id: row.id,
  fleetId: row.fleetId,
  releaseId: row.releaseId,
  releaseNumber: row.releaseNumber,
  state: row.state,
  reason: row.reason,
  ...termsOf(row),
  autoRevert: row.autoRevert,
  schedule: row.schedule ?? { startAt: null, windows: [] },
  revertOf: row.revertOf,
  approval: row.approval,
  freezeOverride: row.freezeOverride,
  message: row.message,
  author: row.author,
  counts: { ...noCounts(), ...row.counts },
  total: row.total,
  createdAt: iso(row.createdAt),
  startedAt: isoOrNull(row.startedAt),
  endedAt: isoOrNull(row.endedAt),
});

export const summaryOf = (rollout: Rollout): RolloutSummary => ({
  state: rollout.state,
  reason: rollout.reason,
  counts: rollout.counts,
  total: rollout.total,
  startedAt: rollout.startedAt === null ? null : Date.parse(rollout.startedAt),
  endedAt: rollout.endedAt === null ? null : Date.parse(rollout.endedAt),
  // Messages that an older version queued have none of these.
  approval: rollout.approval ?? null,
  freezeOverride: rollout.freezeOverride ?? null,
});
