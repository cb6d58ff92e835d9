import type { AgentId } from "../../domain/ids.ts";
import { fitting } from "../../domain/plural.ts";
import { coverageWarnings } from "../../domain/rollouts/coverage.ts";
import { agents, parsePercent } from "../../domain/rollouts/gates.ts";
import type { KeptAssignment } from "./releases.ts";
import type { PlannedRelease } from "./rollout-plan.ts";

/** What else bears on a plan. */
export interface PlanCircumstances {
  activeRollout: string | null;
  assignments: readonly KeptAssignment[];
  currentNumber: number | null;
  maxFailures: number | string;
  isOffline: (id: AgentId) => boolean;
}

/** What a person should know before the plan starts. */
export function planWarnings(
  { plan, coverage, cannotTakeConfig, refusal }: PlannedRelease,
  { activeRollout, assignments, currentNumber, maxFailures, isOffline }: PlanCircumstances,
): string[] {
  const all = plan.flat();
  const offline = all.filter(({ id, change }) => change === "changed" && isOffline(id)).length;
  const latched = all.filter(({ change }) => change === "latched").length;
  const tolerated = typeof maxFailures === "number" ? latched <= maxFailures : parsePercent(maxFailures) > 0;
  const warnings = [
    activeRollout && `Rollout ${activeRollout} is active; this one can start when it has ended.`,
    refusal?.detail,
    coverage.agents === 0 &&
      "The fleet has no agents yet: the release becomes current at once, and newcomers will get it.",
    ...coverageWarnings(coverage, assignments, currentNumber),
    latched > 0 &&
      `${agents(latched)} failed with this very config before and would not be offered it again${tolerated ? "" : "; the rollout would stop before it starts"}.`,
    offline > 0 &&
      `${agents(offline)} offline: a wave waits for ${fitting(offline, "it", "them")} until its progress deadline, and goes on without.`,
    coverage.unmatched > 0 &&
      !refusal &&
      `${agents(coverage.unmatched)} matched by no assignment: ${fitting(coverage.unmatched, "it keeps what it runs", "they keep what they run")}.`,
    cannotTakeConfig > 0 &&
      `${agents(cannotTakeConfig)} left out: ${fitting(cannotTakeConfig, "it does", "they do")} not accept remote config.`,
  ];
  return warnings.filter((warning): warning is string => typeof warning === "string");
}
