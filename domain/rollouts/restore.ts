import type { AgentId, RolloutId } from "../ids.ts";
import { countStates, emptyCounts, sumCounts } from "./counts.ts";
import { defaultGates } from "./defaults.ts";
import { findDue } from "./dues.ts";
import { openingOf } from "./opening.ts";
import { type AgentFacts, initialProgress, type Plan } from "./plan.ts";
import { noSchedule, openPolicy } from "./policy.ts";
import { type AgentProgress, isReached, isUnavailable, isWell, type StoredProgress } from "./progress.ts";
import type { Rollout, RolloutHeader, Wave } from "./rollout.ts";
import type { RolloutAgentState } from "./states.ts";

export function toStored(rolloutId: RolloutId, progress: AgentProgress): StoredProgress {
  const { wave, target, previous, previousReleaseId, state, since, offeredAt, soakFrom, error } = progress;
  return { rolloutId, wave, target, previous, previousReleaseId, state, since, offeredAt, soakFrom, error };
}

/**
 * Whether a change must be written to the agent's row, which now says `stored`. The rest is found again by
 * `restoreRollout`: who waits, who takes files in, who said APPLYING, and whose soak is over.
 */
export function mustStore(progress: AgentProgress, stored: StoredProgress | null): boolean {
  switch (progress.state) {
    case "waiting":
    case "staging":
      return stored !== null && stored.state !== "waiting";
    case "unchanged":
    case "rejected":
      return false;
    case "applying":
      return stored === null || stored.offeredAt !== progress.offeredAt;
    case "verified":
      // A row that says since when it soaks says enough, as long as nothing breaks that.
      return (
        stored === null ||
        (stored.state !== "verified" &&
          (stored.state !== "applied" || stored.soakFrom === null || !isWell(progress)))
      );
    default:
      return true;
  }
}

/** A header as it was stored, also before it held all that it holds now. */
export function currentHeader(stored: StoredHeader): RolloutHeader {
  const waves = stored.waves.map((wave) => ({
    ...wave,
    reached: wave.reached ?? 0,
    counts: { ...emptyCounts(), ...wave.counts },
  }));
  const { strategy } = stored;
  return {
    schedule: noSchedule,
    policy: openPolicy,
    freezeOverride: null,
    changing: waves.reduce((sum, { size, counts }) => sum + size - counts.unchanged, 0),
    opening: null,
    staging: null,
    promoted: -1,
    confirmations: [],
    measurement: null,
    pace: null,
    unavailable: 0,
    cursor: 0,
    supersededBy: null,
    ...stored,
    strategy: strategy.kind === "rolling" ? { ...rollingDefaults, ...strategy } : strategy,
    gates: { ...defaultGates, ...stored.gates },
    waves,
    totals: { ...emptyCounts(), ...stored.totals },
    started: { ...emptyCounts(), ...stored.started },
  };
}

const rollingDefaults = { maxUnavailable: null, rate: null };

/** What was added later may be missing. */
export type StoredHeader = Omit<RolloutHeader, "waves" | Added> &
  Partial<Pick<RolloutHeader, Added>> & {
    readonly waves: readonly (Omit<Wave, "reached"> & Partial<Pick<Wave, "reached">>)[];
  };
type Added =
  | "schedule"
  | "policy"
  | "freezeOverride"
  | "changing"
  | "opening"
  | "staging"
  | "promoted"
  | "confirmations"
  | "measurement"
  | "pace"
  | "unavailable"
  | "cursor"
  | "supersededBy";

/** A running rollout from its header's row, its plan and the agents' rows, after memory was lost at any point. */
export function restoreRollout(
  stored: StoredHeader,
  plan: Plan,
  factsOf: (id: AgentId) => AgentFacts,
  storedOf: (id: AgentId) => StoredProgress | null,
  nowMs: number,
): Rollout {
  const header = currentHeader(stored);
  const isUnderWay = header.state === "running" || header.state === "paused";
  const agents = new Map<AgentId, AgentProgress>();
  let unavailable = 0;
  let progressAt = header.progressAt;
  const waves = plan.map((members, index) => {
    const wave = header.waves[index] as Wave;
    for (const [position, planned] of members.entries()) {
      const facts = factsOf(planned.id);
      const row = storedOf(planned.id);
      const initial = initialProgress(
        planned,
        { wave: index, position },
        facts,
        header.startedAt ?? header.progressAt,
      );
      const known = row ? { ...initial, ...withoutId(row) } : initial;
      const well = facts.connected && facts.healthy !== false;
      const present = { ...known, soakFrom: well ? known.soakFrom : null };
      const verifiedBy = nowMs - header.gates.soakSeconds * 1000;
      const state =
        isUnderWay && index <= header.wave ? presentState(present, wave, header, verifiedBy) : present.state;
      const progress = { ...present, state };
      agents.set(planned.id, progress);
      if (isUnavailable(progress)) unavailable++;
      const counts = index === header.wave || header.state === "rolling_back";
      if (counts && movesForward(state)) progressAt = Math.max(progressAt, known.since);
    }
    return members.map((planned) => planned.id);
  });
  const counted = waves.map((members, index) => ({
    ...(header.waves[index] as Wave),
    counts: countStates(members.map((id) => (agents.get(id) as AgentProgress).state)),
    reached: members.filter((id) => isReached(agents.get(id) as AgentProgress)).length,
  }));
  const restored: RolloutHeader = {
    ...header,
    progressAt,
    unavailable,
    cursor: 0,
    opening: openingOf(header, nowMs),
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

/** In a started wave of a rollout that is under way. `verifiedBy`: whose soak began by then has come through it. */
function presentState(
  progress: AgentProgress,
  wave: Wave,
  { staging }: RolloutHeader,
  verifiedBy: number,
): RolloutAgentState {
  const { state, report } = progress;
  const isClosed = wave.endedAt !== null;
  if (isClosed && state === "waiting") return "unreachable";
  if (isClosed && state === "applied" && progress.since <= (wave.endedAt ?? 0)) return "verified";
  if (state === "applied" && progress.soakFrom !== null) {
    return progress.soakFrom <= verifiedBy ? "verified" : "applied";
  }
  const stages = staging === "staging" && state === "waiting" && progress.connected && progress.canStage;
  if (stages) return "staging";
  const saysApplying = report?.status === "applying" && report.hash === progress.target;
  // Who was given up while it applied was gone by then; who says so after it was given up is here.
  const mayApply = state === "offered" || (state === "unreachable" && !isClosed && progress.connected);
  return mayApply && saysApplying && !progress.revoked ? "applying" : state;
}

/** APPLYING is no step forward: it is not kept, and a deadline must not depend on what memory held. */
function movesForward(state: RolloutAgentState): boolean {
  return ["staged", "applied", "verified", "failed", "timed_out", "reverted", "revert_failed"].includes(
    state,
  );
}
