import { sha256Hex } from "../configs/hash.ts";
import { refuse } from "../errors.ts";
import type { AgentId, ReleaseId, RolloutId } from "../ids.ts";
import { countStates, emptyCounts, sumCounts } from "./counts.ts";
import type { AgentProgress, ConfigReport } from "./progress.ts";
import type { Gates, Rollout, RolloutHeader, Strategy } from "./rollout.ts";
import { waveSizes } from "./strategies/waves.ts";

/** An agent that the release has files for. Revoked agents, and those that no assignment matches, are not candidates. */
export interface Candidate {
  id: AgentId;
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
 * @throws DomainError `plan_impossible` for more than 500 waves
 */
export function planRollout(candidates: readonly Candidate[], strategy: Strategy): Plan {
  const ordered = candidates
    .map((candidate) => ({ key: sha256Hex(candidate.id), agent: toPlanned(candidate) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ agent }) => agent);
  const touched = ordered.filter((agent) => agent.change !== "unchanged");
  const unchanged = ordered.filter((agent) => agent.change === "unchanged");
  const sizes = waveSizes(strategy, touched.length);
  if (sizes.length > maxWaves) {
    refuse(
      "plan_impossible",
      `A batch of ${sizes[0]} makes ${sizes.length} waves; at most ${maxWaves} are possible. Choose a larger batch, such as 5%.`,
      [{ path: "strategy.batch", message: `makes ${sizes.length} waves; at most ${maxWaves}` }],
    );
  }
  const waves: PlannedAgent[][] = [];
  let at = 0;
  for (const size of sizes) {
    waves.push(touched.slice(at, at + size));
    at += size;
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
  report: ConfigReport | null;
}

export function initialProgress(
  agent: PlannedAgent,
  wave: number,
  facts: AgentFacts,
  nowMs: number,
): AgentProgress {
  const state =
    agent.change === "unchanged"
      ? "unchanged"
      : agent.change === "latched"
        ? "rejected"
        : facts.revoked
          ? "unreachable"
          : "waiting";
  return {
    wave,
    target: agent.target,
    previous: agent.previous,
    previousReleaseId: agent.previousReleaseId,
    state,
    since: nowMs,
    offeredAt: null,
    soakFrom: null,
    ...facts,
    error: agent.latchedError,
  };
}

export interface RolloutTerms {
  id: RolloutId;
  strategy: Strategy;
  gates: Gates;
  autoRevert: boolean;
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
    for (const agent of wave) agents.set(agent.id, initialProgress(agent, index, factsOf(agent.id), nowMs));
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
    startedAt: null,
    endedAt: null,
    verdict: null,
  }));
  return {
    id: terms.id,
    strategy: terms.strategy,
    gates: terms.gates,
    autoRevert: terms.autoRevert,
    state: "scheduled",
    reason: null,
    waves: counted,
    totals: sumCounts(counted.map((wave) => wave.counts)),
    started: emptyCounts(),
    wave: -1,
    nextWaveAt: null,
    hold: null,
    aborted: false,
    progressAt: nowMs,
    dueAt: null,
    startedAt: null,
    endedAt: null,
    revision: 0,
  };
}
