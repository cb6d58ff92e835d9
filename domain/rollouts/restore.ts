import type { AgentId, RolloutId } from "../ids.ts";
import { countStates, sumCounts } from "./counts.ts";
import { type AgentFacts, initialProgress, type Plan } from "./plan.ts";
import type { AgentProgress, StoredProgress } from "./progress.ts";
import type { Rollout, RolloutHeader, Wave } from "./rollout.ts";
import type { RolloutAgentState } from "./states.ts";
import { findDue } from "./waves.ts";

export function toStored(rolloutId: RolloutId, progress: AgentProgress): StoredProgress {
  const { wave, target, previous, previousReleaseId, state, since, offeredAt, soakFrom, error } = progress;
  return { rolloutId, wave, target, previous, previousReleaseId, state, since, offeredAt, soakFrom, error };
}

/**
 * Whether a change must be written to the agent's row, which now says `stored`. The rest is found again by `restoreRollout`: who waits, who said
 * APPLYING, whose soak is over, and who was never reached by a wave that has closed.
 */
export function mustStore(progress: AgentProgress, stored: StoredProgress | null): boolean {
  switch (progress.state) {
    case "waiting":
    case "unchanged":
    case "rejected":
    case "applying":
      return false;
    case "verified":
      return stored?.state !== "applied" && stored?.state !== "verified";
    case "unreachable":
      return progress.offeredAt !== null;
    default:
      return true;
  }
}

/** A running rollout from its header's row, its plan and the agents' rows, after memory was lost at any point. */
export function restoreRollout(
  header: RolloutHeader,
  plan: Plan,
  factsOf: (id: AgentId) => AgentFacts,
  storedOf: (id: AgentId) => StoredProgress | null,
  nowMs: number,
): Rollout {
  const agents = new Map<AgentId, AgentProgress>();
  let progressAt = header.progressAt;
  const waves = plan.map((members, index) => {
    const wave = header.waves[index] as Wave;
    for (const [position, planned] of members.entries()) {
      const facts = factsOf(planned.id);
      const stored = storedOf(planned.id);
      const initial = initialProgress(
        planned,
        { wave: index, position },
        facts,
        header.startedAt ?? header.progressAt,
      );
      const known = stored ? { ...initial, ...withoutId(stored) } : initial;
      // A gate holds only a settled wave: who was not reached by then was given up.
      const wasGivenUp = index === header.wave && header.hold === "inconclusive" && known.state === "waiting";
      const well = facts.connected && facts.healthy !== false;
      const present = { ...known, soakFrom: well ? known.soakFrom : null };
      const verifiedBy = nowMs - header.gates.soakSeconds * 1000;
      const state = wasGivenUp
        ? "unreachable"
        : presentState(present, wave, index <= header.wave, verifiedBy);
      agents.set(planned.id, { ...present, state });
      const counts = index === header.wave || header.state === "rolling_back";
      if (counts && movesForward(state)) progressAt = Math.max(progressAt, known.since);
    }
    return members.map((planned) => planned.id);
  });
  const counted = waves.map((members, index) => ({
    ...(header.waves[index] as Wave),
    counts: countStates(members.map((id) => (agents.get(id) as AgentProgress).state)),
  }));
  const restored: RolloutHeader = {
    ...header,
    progressAt,
    waves: counted,
    totals: sumCounts(counted.map((wave) => wave.counts)),
    started: sumCounts(counted.slice(0, header.wave + 1).map((wave) => wave.counts)),
  };
  const rollout = { header: restored, waves, agents };
  return { ...rollout, header: { ...restored, dueAt: findDue(rollout) } };
}

function withoutId({ rolloutId: _, ...progress }: StoredProgress): Omit<StoredProgress, "rolloutId"> {
  return progress;
}

/** `verifiedBy`: whose soak began by then has come through it. */
function presentState(
  progress: AgentProgress,
  wave: Wave,
  isStarted: boolean,
  verifiedBy: number,
): RolloutAgentState {
  const { state, report } = progress;
  const closed = isStarted && wave.endedAt !== null;
  if (closed && state === "waiting" && wave.verdict === "passed") return "unreachable";
  if (closed && state === "applied" && wave.verdict === "passed" && progress.since <= (wave.endedAt ?? 0)) {
    return "verified";
  }
  if (isStarted && !closed && state === "applied" && progress.soakFrom !== null) {
    return progress.soakFrom <= verifiedBy ? "verified" : "applied";
  }
  const saysApplying = report?.status === "applying" && report.hash === progress.target;
  const mayApply = state === "offered" || (state === "unreachable" && isStarted && !closed);
  return mayApply && saysApplying && !progress.revoked ? "applying" : state;
}

/** APPLYING is no step forward: it is not kept, and a deadline must not depend on what memory held. */
function movesForward(state: RolloutAgentState): boolean {
  return ["applied", "verified", "failed", "timed_out", "reverted", "revert_failed"].includes(state);
}
