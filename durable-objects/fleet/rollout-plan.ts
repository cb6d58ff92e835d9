import { packagePicker } from "../../domain/configs/packages.ts";
import { type Refusal, refuse } from "../../domain/errors.ts";
import type { Labels } from "../../domain/fleets/agent-state.ts";
import { type Coverage, coverageOf, idleRefusal, unreachedRefusal } from "../../domain/rollouts/coverage.ts";
import { agents } from "../../domain/rollouts/gates.ts";
import { type AgentFacts, type Candidate, type Plan, planRollout } from "../../domain/rollouts/plan.ts";
import type { Strategy } from "../../domain/rollouts/rollout.ts";
import { stagingCapability } from "../../protocol/custom/agent.ts";

import { hasCapability } from "../../protocol/opamp/capabilities.ts";
import type { AgentRender, OpenRelease } from "./open-release.ts";
import type { AgentRecord } from "./parts.ts";
import type { Releases } from "./releases.ts";
import { RenderCheck } from "./render-check.ts";
import { isUnrenderable, losesFiles, takesPackages } from "./wanted.ts";

export interface PlannedRelease {
  plan: Plan;
  coverage: Coverage;
  cannotTakeConfig: number;
  /** Agents that a package is for, but that take none. */
  cannotTakePackages: number;
  /** Agents that have files, which the release would replace by packages alone. */
  packagesAlone: number;
  /** Agents that no config is for, and that get packages. */
  packagesOnly?: number;
  /** Agents that a second package of one name is for, which is passed over. */
  passedOver?: number;
  /** Distinct filled in files that were too many to be checked. */
  unchecked?: number;
  /** Agents of a reverted rollout that run something else by now. */
  revertLeavesOut: number;
  /** Why it must not start; null = it may. */
  refusal: Refusal | null;
}

/**
 * The plan of a release for the fleet as it is, and whom it reaches. Left out: revoked agents, agents that no assignment matches, agents
 * that said they do not accept remote config, and those that packages alone would take their files.
 * @throws DomainError `plan_impossible`: two assignments write one file on the same agent, a placeholder has no value for one, or too many waves
 */
export function planRelease(
  release: OpenRelease,
  releases: Pick<Releases, "current" | "baseOf" | "bundle">,
  records: Iterable<AgentRecord>,
  strategy: Strategy,
): PlannedRelease {
  const candidates: Candidate[] = [];
  const fleet: Labels[] = [];
  const check = new RenderCheck(release);
  const counts = {
    cannotTakeConfig: 0,
    cannotTakePackages: 0,
    packagesAlone: 0,
    packagesOnly: 0,
    passedOver: 0,
  };
  const picked = packagePicker(release.packages);
  for (const record of records) {
    if (record.revokedAt !== null) continue;
    fleet.push(record.labels);
    const rendered = renderOf(release, record);
    if (release.packages.length > 0 && !takesPackages(record)) {
      if (release.renderFor(record.labels, true).packages.length > 0) counts.cannotTakePackages++;
    }
    if (rendered.hash === null) continue;
    if (losesFiles(releases, rendered, record)) {
      counts.packagesAlone++;
      continue;
    }
    if (picked(record.labels).passedOver.length > 0) counts.passedOver++;
    if (rendered.files.length === 0) counts.packagesOnly++;
    if (record.capabilities !== 0 && !hasCapability(record.capabilities, "AcceptsRemoteConfig")) {
      counts.cannotTakeConfig++;
      continue;
    }
    check.add(rendered, record.name);
    // What it has by a reapply is what the release gives it.
    const hasIt = releases.baseOf(record.runningHash) === rendered.hash;
    candidates.push(candidateOf(record, hasIt ? record.runningHash : rendered.hash));
  }
  const current = releases.current();
  const coverage = coverageOf(release.assignments, current?.assignments ?? [], fleet);
  // Packages that nobody gets are no reason: who takes them may still come.
  const isIdle =
    release.packages.length === 0 && candidates.every(({ running, target }) => running === target);
  return {
    plan: planRollout(candidates, strategy),
    coverage,
    ...counts,
    unchecked: check.unchecked,
    revertLeavesOut: 0,
    refusal:
      candidates.length === 0
        ? counts.packagesAlone > 0
          ? { code: "plan_impossible", detail: packagesAloneText(counts.packagesAlone) }
          : unreachedRefusal(coverage, release.assignments, fleet)
        : isIdle
          ? idleRefusal(coverage, release.assignments, current?.assignments ?? [], fleet)
          : check.refusal,
  };
}

export function packagesAloneText(count: number): string {
  const [it, keeps, runs, them] =
    count === 1 ? ["it", "keeps", "runs", "it"] : ["they", "keep", "run", "them"];
  return `${agents(count)} left out: matched by packages and by no config of this release, ${it} ${keeps} what ${it} ${runs}. Assign ${them} a config to bring ${them} packages too.`;
}

export function candidateOf(record: AgentRecord, target: string): Candidate {
  return {
    id: record.id,
    labels: record.labels,
    target,
    running: record.runningHash,
    runningReleaseId: record.runningReleaseId,
    latchedError: record.latched.find((latch) => latch.hash === target)?.error ?? null,
  };
}

export function renderOf(release: OpenRelease, record: AgentRecord): AgentRender {
  try {
    return release.renderFor(record.labels, takesPackages(record));
  } catch (error) {
    if (!isUnrenderable(error)) throw error;
    return refuse("plan_impossible", `Agent ${record.name}: ${error.refusal.detail}`, error.refusal.errors);
  }
}

export function canStage({ custom }: AgentRecord): boolean {
  return custom?.includes(stagingCapability) ?? false;
}

/** `undefined`: of an agent that has left the fleet. */
export function factsOf(record: AgentRecord | undefined): AgentFacts {
  if (!record) {
    return { connected: false, healthy: null, revoked: true, deleted: true, canStage: false, report: null };
  }
  const { reportedHash, reportedStatus } = record;
  return {
    connected: record.connectedAt !== null,
    healthy: record.healthy,
    revoked: record.revokedAt !== null,
    deleted: false,
    canStage: canStage(record),
    report:
      reportedHash === null || reportedStatus === null
        ? null
        : { hash: reportedHash, status: reportedStatus },
  };
}
