import { emptyConfigHash } from "../../domain/configs/render.ts";
import { refuse } from "../../domain/errors.ts";
import type { AgentId } from "../../domain/ids.ts";
import { fitting } from "../../domain/plural.ts";
import { agents } from "../../domain/rollouts/gates.ts";
import { type Candidate, planRollout } from "../../domain/rollouts/plan.ts";
import type { Strategy } from "../../domain/rollouts/rollout.ts";
import { isTerminal } from "../../domain/rollouts/states.ts";
import type { AgentRecord } from "./parts.ts";
import type { Releases } from "./releases.ts";
import { candidateOf, type PlannedRelease } from "./rollout-plan.ts";
import { type RolloutRow, type RolloutRows, revertible } from "./rollout-rows.ts";

/**
 * The way back from a rollout that has ended: each agent that still runs what it brought goes to what that agent ran
 * before; no files at all where that was none of ours.
 * @throws DomainError `rollout_finished`, `plan_impossible`
 */
export function planRevert(
  reverted: RolloutRow,
  rows: RolloutRows,
  releases: Releases,
  recordOf: ReadonlyMap<AgentId, AgentRecord>,
  strategy: Strategy,
): PlannedRelease {
  const { id, state } = reverted.header;
  if (!isTerminal(state)) {
    refuse(
      "conflict",
      `Rollout ${id} is ${state}: only one that has ended is reverted. Abort it instead: muster rollouts abort ${id}`,
    );
  }
  if (reverted.facts.reapply && !reverted.facts.reapply.relabel) {
    refuse(
      "plan_impossible",
      `Rollout ${id} gave its agents the files that they were given before: there is nothing to go back to.`,
    );
  }
  const candidates: Candidate[] = [];
  let leftOut = 0;
  let gone = 0;
  for (const { id: agentId, target, previous, state: end } of rows.finalAgents(id)) {
    const back = previous === "" ? emptyConfigHash : previous;
    if (end === "unchanged" || back === target) continue;
    const record = recordOf.get(agentId);
    if (
      !record ||
      record.revokedAt !== null ||
      releases.baseOf(record.runningHash) !== releases.baseOf(target)
    ) {
      leftOut++;
    } else if (releases.bundle(back) === null) {
      gone++;
    } else {
      candidates.push(candidateOf(record, back));
    }
  }
  if (gone > 0) {
    refuse(
      "plan_impossible",
      `The files that ${agents(gone)} ran before rollout ${id} are not held any more: those of the newest ${revertible} ended rollouts are. Deploy the config version that should run instead.`,
    );
  }
  const nobody = `No agent still runs what rollout ${id} brought, or ran anything else before: there is nothing to revert.`;
  return {
    plan: planRollout(candidates, strategy),
    coverage: { agents: recordOf.size, matches: [], unmatched: 0, leftOut: [] },
    cannotTakeConfig: 0,
    cannotTakePackages: 0,
    packagesAlone: 0,
    revertLeavesOut: leftOut,
    refusal: candidates.length === 0 ? { code: "plan_impossible", detail: nobody } : null,
  };
}

export function revertWarning(leftOut: number): string {
  return `${agents(leftOut)} of that rollout left out: ${fitting(leftOut, "it does", "they do")} not run what it brought.`;
}
