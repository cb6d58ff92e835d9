import { sha256Hex } from "../configs/hash.ts";
import { refuse } from "../errors.ts";
import type { Labels } from "../fleets/agent-state.ts";
import type { AgentId, ReleaseId, RolloutId } from "../ids.ts";
import { countStates, emptyCounts, sumCounts } from "./counts.ts";
import { noSchedule, openPolicy, type Policy, type Schedule } from "./policy.ts";
import type { AgentProgress, ConfigReport } from "./progress.ts";
import type { Gates, Rollout, RolloutHeader, Strategy } from "./rollout.ts";
import { splitIntoWaves } from "./strategies/waves.ts";

/** An agent that the release has files for. Revoked agents, and those that no assignment matches, are not candidates. */
export interface Candidate {
  id: AgentId;
  labels: Labels;
  target: string;
  /** What it runs; "" = none of ours. */
  running: string;
  runningReleaseId: ReleaseId | null;
  /** The agent's error text when this very hash failed on it before; null = it did not. */
  latchedError: string | null;
}

export type PlannedChange = "changed" | "unchanged" | "latched";

export interface PlannedAgent {
  id: AgentId;
  change: PlannedChange;
  target: string;
  previous: string;
  previousReleaseId: ReleaseId | null;
  latchedError: string | null;
}

/** The agents of each wave, in order. */
export type Plan = readonly (readonly PlannedAgent[])[];

/** Each wave is a line in the rollout's header and in every answer about it. */
export const maxWaves = 500;

/**
 * Names exactly the agents of each wave, in the stable order of their ids' hashes. Agents that already run their
 * target take no place in a batch: they stand at the end of the last wave and are not touched. Latched agents take
 * their place, are never offered, and count as failures (`rejected`) from the start.
 * @throws DomainError `plan_impossible`, naming the strategy's field: more than 500 waves, a batch of nobody, a canary
 * step for more agents than are left, or one that matches nobody
 */
export function planRollout(candidates: readonly Candidate[], strategy: Strategy): Plan {
  const ordered = candidates
    .map((candidate) => ({ key: sha256Hex(candidate.id), candidate }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ candidate }) => candidate);
  const touched = ordered.filter(({ running, target }) => running !== target);
  const unchanged = ordered.filter(({ running, target }) => running === target).map(toPlanned);
  const waves = splitIntoWaves(strategy, touched, ordered).map((wave) => wave.map(toPlanned));
  if (waves.length > maxWaves) {
    refuse(
      "plan_impossible",
      `A batch of ${waves[0]?.length} makes ${waves.length} waves; at most ${maxWaves} are possible. Choose a larger batch, such as 5%.`,
      [{ path: "strategy.batch", message: `makes ${waves.length} waves; at most ${maxWaves}` }],
    );
  }
  if (unchanged.length > 0) {
    const last = waves.at(-1);
    if (last) last.push(...unchanged);
    else waves.push(unchanged);
  }
  return waves;
}

function toPlanned({ id, target, running, runningReleaseId, latchedError }: Candidate): PlannedAgent {
  const change = running === target ? "unchanged" : latchedError === null ? "changed" : "latched";
  return { id, change, target, previous: running, previousReleaseId: runningReleaseId, latchedError };
}

/** Changes when the plan would touch other agents, in other waves, or with other files. Who is online plays no part. */
export function planToken(plan: Plan): string {
  return sha256Hex(
    JSON.stringify(
      plan.map((wave) => wave.map(({ id, change, target, previous }) => [id, change, target, previous])),
    ),
  );
}

/** What the fleet knows of an agent besides the plan. */
export interface AgentFacts {
  connected: boolean;
  healthy: boolean | null;
  revoked: boolean;
  /** It is not in the fleet any more. */
  deleted: boolean;
  /** It has the custom capability `io.muster.staging/1`. */
  canStage: boolean;
  report: ConfigReport | null;
}

export const leftTheFleet = "left the fleet";

export function initialProgress(
  agent: PlannedAgent,
  place: { wave: number; position: number },
  facts: AgentFacts,
  nowMs: number,
): AgentProgress {
  const state =
    agent.change === "unchanged"
      ? "unchanged"
      : facts.deleted
        ? "unreachable"
        : agent.change === "latched"
          ? "rejected"
          : facts.revoked
            ? "unreachable"
            : "waiting";
  return {
    ...place,
    target: agent.target,
    previous: agent.previous,
    previousReleaseId: agent.previousReleaseId,
    state,
    since: nowMs,
    offeredAt: null,
    soakFrom: null,
    ...facts,
    error: facts.deleted ? leftTheFleet : agent.latchedError,
  };
}

export interface RolloutTerms {
  id: RolloutId;
  strategy: Strategy;
  gates: Gates;
  autoRevert: boolean;
  schedule?: Schedule;
  policy?: Policy;
  freezeOverride?: RolloutHeader["freezeOverride"];
}

/**
 * A rollout that waits for its approval, its time or another rollout: without a plan, which is made when it starts.
 * It takes `abort`, `policy` and `override-freeze`.
 */
export function createPending(
  terms: RolloutTerms,
  state: "awaiting_approval" | "scheduled",
  nowMs: number,
): Rollout {
  return { header: { ...newHeader(terms, [], new Map(), nowMs), state }, waves: [], agents: new Map() };
}

/** A rollout that has not started: the first observation is `start`. */
export function createRollout(
  terms: RolloutTerms,
  plan: Plan,
  factsOf: (id: AgentId) => AgentFacts,
  nowMs: number,
): Rollout {
  const agents = new Map<AgentId, AgentProgress>();
  const waves = plan.map((wave, index) => {
    wave.forEach((agent, position) => {
      agents.set(agent.id, initialProgress(agent, { wave: index, position }, factsOf(agent.id), nowMs));
    });
    return wave.map((agent) => agent.id);
  });
  return { header: newHeader(terms, waves, agents, nowMs), waves, agents };
}

function newHeader(
  terms: RolloutTerms,
  waves: AgentId[][],
  agents: ReadonlyMap<AgentId, AgentProgress>,
  nowMs: number,
): RolloutHeader {
  const counted = waves.map((members) => ({
    size: members.length,
    counts: countStates(members.map((id) => (agents.get(id) as AgentProgress).state)),
    reached: 0,
    startedAt: null,
    endedAt: null,
    verdict: null,
  }));
  const totals = sumCounts(counted.map((wave) => wave.counts));
  return {
    id: terms.id,
    strategy: terms.strategy,
    gates: terms.gates,
    autoRevert: terms.autoRevert,
    state: "scheduled",
    reason: null,
    schedule: terms.schedule ?? noSchedule,
    policy: terms.policy ?? openPolicy,
    freezeOverride: terms.freezeOverride ?? null,
    waves: counted,
    changing: agents.size - totals.unchanged,
    totals,
    started: emptyCounts(),
    wave: -1,
    nextWaveAt: null,
    hold: null,
    opening: null,
    staging: null,
    promoted: -1,
    confirmations: [],
    measurement: null,
    pace: null,
    unavailable: 0,
    cursor: 0,
    aborted: false,
    supersededBy: null,
    progressAt: nowMs,
    dueAt: null,
    startedAt: null,
    endedAt: null,
    revision: 0,
  };
}
