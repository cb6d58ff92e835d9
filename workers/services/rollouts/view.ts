import type { RolloutRow, RolloutSummary } from "../../../db/queries/rollouts.ts";
import { type RolloutAgentState, rolloutAgentStates } from "../../../domain/rollouts/states.ts";
import type { Gates, Rollout, Strategy } from "../../../protocol/api/rollouts.ts";
import { iso, isoOrNull } from "../time.ts";

export const noCounts = (): Record<RolloutAgentState, number> =>
  Object.fromEntries(rolloutAgentStates.map((state) => [state, 0])) as Record<RolloutAgentState, number>;

export const rolloutView = (row: RolloutRow): Rollout => ({
  id: row.id,
  fleetId: row.fleetId,
  releaseId: row.releaseId,
  releaseNumber: row.releaseNumber,
  state: row.state,
  reason: row.reason,
  // Written from the parsed request body, and never changed.
  strategy: row.strategy as Strategy,
  gates: row.gates as Gates,
  autoRevert: row.autoRevert,
  schedule: { startAt: null, windows: [] },
  revertOf: null,
  approval: null,
  freezeOverride: null,
  message: row.message,
  author: row.author,
  counts: row.counts,
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
});
