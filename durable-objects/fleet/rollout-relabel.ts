import { refuse } from "../../domain/errors.ts";
import type { Reapply } from "../../domain/fleets/drift.ts";
import type { AgentId } from "../../domain/ids.ts";
import { coverageOf } from "../../domain/rollouts/coverage.ts";
import { type Candidate, planRollout } from "../../domain/rollouts/plan.ts";
import type { Strategy } from "../../domain/rollouts/rollout.ts";
import { entryCheck } from "../../domain/tenancy/label-filter.ts";
import { hasCapability } from "../../protocol/opamp/capabilities.ts";
import type { OpenRelease } from "./open-release.ts";
import type { AgentRecord, Tx } from "./parts.ts";
import { relabelAgent, relabelled, tellRelabelled } from "./relabel.ts";
import type { Releases } from "./releases.ts";
import { RenderCheck } from "./render-check.ts";
import { candidateOf, type PlannedRelease, packagesAloneText, renderOf } from "./rollout-plan.ts";
import type { RolloutFacts } from "./rollout-rows.ts";
import { losesFiles } from "./wanted.ts";

/** Gives agents whose labels change what the current release gives those. Their labels change when the rollout starts. */
export function planRelabelRollout(
  { agents, relabel: change = { set: {}, reset: [] }, reaches = [] }: Reapply,
  release: OpenRelease,
  releases: Releases,
  recordOf: ReadonlyMap<AgentId, AgentRecord>,
  strategy: Strategy,
): PlannedRelease {
  if (releases.current()?.id !== release.id) {
    refuse(
      "plan_outdated",
      `Release ${release.number} is not the current one any more: look at what the new labels change anew.`,
    );
  }
  const candidates: Candidate[] = [];
  const labels: AgentRecord["labels"][] = [];
  const check = new RenderCheck(release);
  let cannotTakeConfig = 0;
  let packagesAlone = 0;
  const entered = entryCheck(reaches);
  for (const id of agents) {
    const found = recordOf.get(id);
    if (!found || found.revokedAt !== null) continue;
    const record = relabelled(found, change);
    if (entered(found.labels, record.labels)) continue;
    const rendered = renderOf(release, record);
    if (rendered.hash === null) continue;
    if (losesFiles(releases, rendered, record)) {
      packagesAlone++;
      continue;
    }
    if (record.capabilities !== 0 && !hasCapability(record.capabilities, "AcceptsRemoteConfig")) {
      cannotTakeConfig++;
      continue;
    }
    check.add(rendered, record.name);
    const hasIt = releases.baseOf(record.runningHash) === rendered.hash;
    candidates.push(candidateOf(record, hasIt ? record.runningHash : rendered.hash));
    labels.push(record.labels);
  }
  const nobody =
    packagesAlone > 0
      ? packagesAloneText(packagesAlone)
      : "With their new labels none of these agents would run anything else.";
  return {
    plan: planRollout(candidates, strategy),
    coverage: {
      agents: recordOf.size,
      matches: coverageOf(release.assignments, [], labels).matches,
      unmatched: 0,
      leftOut: [],
    },
    cannotTakeConfig,
    cannotTakePackages: 0,
    packagesAlone,
    unchecked: check.unchecked,
    revertLeavesOut: 0,
    refusal: candidates.length === 0 ? { code: "plan_impossible", detail: nobody } : check.refusal,
  };
}

/** As the rollout starts, before anything is rendered by the new labels. */
export function changeLabels(
  tx: Tx,
  { reapply, actor, author }: RolloutFacts,
  recordOf: ReadonlyMap<AgentId, AgentRecord>,
): void {
  const change = reapply?.relabel;
  if (!reapply || !change) return;
  const by = { actor, name: author };
  const entered = entryCheck(reapply.reaches ?? []);
  const changed = reapply.agents.filter((id) => {
    const record = recordOf.get(id);
    if (!record || record.revokedAt !== null) return false;
    if (entered(record.labels, relabelled(record, change).labels)) return false;
    return relabelAgent(tx, record, change, by);
  });
  tellRelabelled(tx, changed.length, change, by);
}
