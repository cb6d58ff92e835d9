import { PackageConflictError } from "../../domain/configs/packages.ts";
import { FileConflictError } from "../../domain/configs/render.ts";
import { type Refusal, refuse } from "../../domain/errors.ts";
import type { Labels } from "../../domain/fleets/agent-state.ts";
import { type Coverage, coverageOf, unreachedRefusal } from "../../domain/rollouts/coverage.ts";
import { type AgentFacts, type Candidate, type Plan, planRollout } from "../../domain/rollouts/plan.ts";
import type { Strategy } from "../../domain/rollouts/rollout.ts";
import { hasCapability } from "../../protocol/opamp/capabilities.ts";
import type { AgentRecord } from "./parts.ts";
import type { KeptRelease, OpenRelease } from "./releases.ts";
import { takesPackages } from "./wanted.ts";

export interface PlannedRelease {
  plan: Plan;
  coverage: Coverage;
  cannotTakeConfig: number;
  /** Why it must not start; null = it may. */
  refusal: Refusal | null;
}

/**
 * The plan of a release for the fleet as it is, and whom it reaches. Left out: revoked agents, agents that no assignment matches, and agents
 * that said they do not accept remote config.
 * @throws DomainError `plan_impossible`: two assignments write one file on the same agent, or too many waves
 */
export function planRelease(
  release: OpenRelease,
  current: KeptRelease | null,
  records: Iterable<AgentRecord>,
  strategy: Strategy,
): PlannedRelease {
  const candidates: Candidate[] = [];
  const fleet: Labels[] = [];
  let cannotTakeConfig = 0;
  for (const record of records) {
    if (record.revokedAt !== null) continue;
    fleet.push(record.labels);
    const target = targetOf(release, record);
    if (target === null) continue;
    if (record.capabilities !== 0 && !hasCapability(record.capabilities, "AcceptsRemoteConfig")) {
      cannotTakeConfig++;
    } else {
      candidates.push({
        id: record.id,
        target,
        running: record.runningHash,
        runningReleaseId: record.runningReleaseId,
        latchedError: record.latched.find((latch) => latch.hash === target)?.error ?? null,
      });
    }
  }
  const coverage = coverageOf(release.assignments, current?.assignments ?? [], fleet);
  return {
    plan: planRollout(candidates, strategy),
    coverage,
    cannotTakeConfig,
    refusal: unreachedRefusal(coverage, release.assignments, fleet),
  };
}

function targetOf(release: OpenRelease, record: AgentRecord): string | null {
  try {
    return release.renderFor(record.labels, takesPackages(record)).hash;
  } catch (error) {
    const isConflict = error instanceof FileConflictError || error instanceof PackageConflictError;
    if (!isConflict) throw error;
    return refuse("plan_impossible", `Agent ${record.name}: ${error.refusal.detail}`, error.refusal.errors);
  }
}

export function factsOf(record: AgentRecord | undefined): AgentFacts {
  if (!record) return { connected: false, healthy: null, revoked: true, report: null };
  const { reportedHash, reportedStatus } = record;
  return {
    connected: record.connectedAt !== null,
    healthy: record.healthy,
    revoked: record.revokedAt !== null,
    report:
      reportedHash === null || reportedStatus === null
        ? null
        : { hash: reportedHash, status: reportedStatus },
  };
}
