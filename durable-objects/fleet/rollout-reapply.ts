import { refuse } from "../../domain/errors.ts";
import type { Reapply } from "../../domain/fleets/drift.ts";
import type { AgentId } from "../../domain/ids.ts";
import { coverageOf } from "../../domain/rollouts/coverage.ts";
import { type Candidate, planRollout } from "../../domain/rollouts/plan.ts";
import type { Strategy } from "../../domain/rollouts/rollout.ts";
import type { OpenRelease } from "./open-release.ts";
import type { AgentRecord } from "./parts.ts";
import { type Releases, reapplyHash } from "./releases.ts";
import { candidateOf, type PlannedRelease } from "./rollout-plan.ts";
import { planRelabelRollout } from "./rollout-relabel.ts";
import { renderFor } from "./wanted.ts";

/**
 * Gives drifted agents anew what the current release gives them, under hashes that nobody has yet. Left out: those that
 * have not drifted (any more), and those that run, or will soon run, something else.
 */
export function planReapply(
  reapply: Reapply,
  release: OpenRelease,
  releases: Releases,
  recordOf: ReadonlyMap<AgentId, AgentRecord>,
  strategy: Strategy,
): PlannedRelease {
  if (reapply.relabel) return planRelabelRollout(reapply, release, releases, recordOf, strategy);
  const { agents, salt } = reapply;
  if (releases.current()?.id !== release.id) {
    refuse(
      "plan_outdated",
      `Release ${release.number} is not the current one any more: what drifted from it is looked at anew.`,
    );
  }
  const candidates: Candidate[] = [];
  const labels: AgentRecord["labels"][] = [];
  for (const id of agents) {
    const record = recordOf.get(id);
    if (!record?.drift || record.revokedAt !== null || record.wantedHash !== record.runningHash) continue;
    const bundle = releases.bundle(record.runningHash);
    const isCurrent = renderFor(release, record)?.hash === releases.baseOf(record.runningHash);
    if (!bundle || !isCurrent) continue;
    candidates.push(candidateOf(record, reapplyHash(bundle, salt).hash));
    labels.push(record.labels);
  }
  const nobody =
    "None of these agents runs other files than the current release gave it: there is nothing to give anew.";
  return {
    plan: planRollout(candidates, strategy),
    coverage: {
      agents: recordOf.size,
      matches: coverageOf(release.assignments, [], labels).matches,
      unmatched: 0,
      leftOut: [],
    },
    cannotTakeConfig: 0,
    cannotTakePackages: 0,
    packagesAlone: 0,
    revertLeavesOut: 0,
    refusal: candidates.length === 0 ? { code: "plan_impossible", detail: nobody } : null,
  };
}
