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
 * Whether a change must be written to the agent's row. The rest is found again by `restoreRollout`: who waits, who said
 * APPLYING, whose soak is over, and who was never reached by a wave that has closed.
 */
export function mustStore(progress: AgentProgress): boolean {
  switch (progress.state) {
    case "waiting":
    case "unchanged":
    case "rejected":
    case "applying":
    case "verified":
      return false;
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
): Rollout {
  const agents = new Map<AgentId, AgentProgress>();
  let progressAt = header.progressAt;
  const waves = plan.map((members, index) => {
    const wave = header.waves[index] as Wave;
    for (const planned of members) {
      const facts = factsOf(planned.id);
      const stored = storedOf(planned.id);
      const initial = initialProgress(planned, index, facts, header.startedAt ?? header.progressAt);
      const known = stored ? { ...initial, ...withoutId(stored) } : initial;
      const state = presentState(known, wave, index <= header.wave);
      const well = facts.connected && facts.healthy !== false;
      agents.set(planned.id, { ...known, state, soakFrom: well ? known.soakFrom : null });
      if (index === header.wave && movesForward(state)) progressAt = Math.max(progressAt, known.since);
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

function presentState(progress: AgentProgress, wave: Wave, isStarted: boolean): RolloutAgentState {
  const { state, report } = progress;
  const closed = isStarted && wave.endedAt !== null;
  if (closed && state === "waiting") return "unreachable";
  if (closed && state === "applied" && wave.verdict === "passed" && progress.since <= (wave.endedAt ?? 0)) {
    return "verified";
  }
  const saysApplying = report?.status === "applying" && report.hash === progress.target;
  return state === "offered" && saysApplying ? "applying" : state;
}

function movesForward(state: RolloutAgentState): boolean {
  return state !== "waiting" && state !== "offered" && state !== "unreachable" && state !== "reverting";
}
