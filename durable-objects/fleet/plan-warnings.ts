import type { AgentId } from "../../domain/ids.ts";
import { fitting, plural } from "../../domain/plural.ts";
import { coverageWarnings } from "../../domain/rollouts/coverage.ts";
import { agents, parsePercent } from "../../domain/rollouts/gates.ts";
import type { ActiveChoice } from "../../domain/rollouts/policy.ts";
import type { KeptAssignment } from "./open-release.ts";
import type { AgentRecord } from "./parts.ts";
import { canStage, type PlannedRelease, packagesAloneText } from "./rollout-plan.ts";
import { revertWarning } from "./rollout-revert.ts";

/** What else bears on a plan. */
export interface PlanCircumstances {
  activeRollout: string | null;
  onActive: ActiveChoice;
  assignments: readonly KeptAssignment[];
  currentNumber: number | null;
  maxFailures: number | string;
  /** Blue/green: agents take the files in ahead of the activation. */
  stages: boolean;
  recordOf: (id: AgentId) => AgentRecord | undefined;
}

const activeTexts: Record<ActiveChoice, (id: string) => string> = {
  refuse: (id) =>
    `Rollout ${id} is active; until it has ended this one is refused, unless it is queued or takes its place.`,
  queue: (id) =>
    `Rollout ${id} is active; this one starts when it has ended. What it keeps from the current release is settled now: if ${id} changes that, this one fails instead of undoing it.`,
  supersede: (id) =>
    `Rollout ${id} is active; it is cancelled when this one starts, and its agents keep what they run.`,
};

/** What a person should know before the plan starts. */
export function planWarnings(
  planned: PlannedRelease,
  { activeRollout, onActive, assignments, currentNumber, maxFailures, stages, recordOf }: PlanCircumstances,
): string[] {
  const {
    plan,
    coverage,
    cannotTakeConfig,
    cannotTakePackages,
    packagesAlone,
    packagesOnly = 0,
    passedOver = 0,
    revertLeavesOut,
    refusal,
  } = planned;
  const unmatched = coverage.unmatched - packagesAlone - packagesOnly;
  const unchecked = planned.unchecked ?? 0;
  const all = plan.flat();
  const changing = all.filter(({ change }) => change === "changed").map(({ id }) => recordOf(id));
  const offline = changing.filter((record) => record?.connectedAt === null).length;
  const unstaged = stages ? changing.filter((record) => !record || !canStage(record)).length : 0;
  const latched = all.filter(({ change }) => change === "latched").length;
  const tolerated = typeof maxFailures === "number" ? latched <= maxFailures : parsePercent(maxFailures) > 0;
  const warnings = [
    activeRollout && activeTexts[onActive](activeRollout),
    refusal?.detail,
    coverage.agents === 0 &&
      "The fleet has no agents yet: the release becomes current at once, and newcomers will get it.",
    ...coverageWarnings(coverage, assignments, currentNumber),
    latched > 0 &&
      `${agents(latched)} failed with this very config before and would not be offered it again${tolerated ? "" : "; the rollout would stop before it starts"}.`,
    offline > 0 &&
      `${agents(offline)} offline: a wave waits for ${fitting(offline, "it", "them")} until its progress deadline, and goes on without.`,
    unmatched > 0 &&
      !refusal &&
      `${agents(unmatched)} matched by no assignment: ${fitting(unmatched, "it keeps what it runs", "they keep what they run")}.`,
    cannotTakeConfig > 0 &&
      `${agents(cannotTakeConfig)} left out: ${fitting(cannotTakeConfig, "it does", "they do")} not accept remote config.`,
    cannotTakePackages > 0 &&
      `${agents(cannotTakePackages)} ${fitting(cannotTakePackages, "does", "do")} not accept packages, and ${fitting(cannotTakePackages, "gets", "get")} the configs only.`,
    packagesAlone > 0 &&
      refusal?.detail !== packagesAloneText(packagesAlone) &&
      packagesAloneText(packagesAlone),
    passedOver > 0 &&
      `${agents(passedOver)} matched by two packages of one name: ${fitting(passedOver, "it gets", "they get")} the one named first.`,
    unchecked > 0 &&
      `${plural(unchecked, "file")} not checked as filled in: the plan has more of them than are checked at once.`,
    unstaged > 0 &&
      `${agents(unstaged)} cannot take files in ahead: ${fitting(unstaged, "it is", "they are")} offered them at the activation.`,
    revertLeavesOut > 0 && revertWarning(revertLeavesOut),
  ];
  return warnings.filter((warning): warning is string => typeof warning === "string");
}
