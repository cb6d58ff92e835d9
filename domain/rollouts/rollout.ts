import type { EventType } from "../fleets/events.ts";
import type { AgentId, RolloutId } from "../ids.ts";
import type { Counts } from "./counts.ts";
import type { AgentProgress, Agents, ConfigReport } from "./progress.ts";
import type { RolloutState } from "./states.ts";

/** A whole number of agents, or a percentage such as "25%". */
export type CountOrPercent = number | string;

export type Strategy =
  | { kind: "all-at-once" }
  | { kind: "rolling"; batch: CountOrPercent; pauseSeconds: number };

export interface Gates {
  soakSeconds: number;
  maxFailures: CountOrPercent;
  applyTimeoutSeconds: number;
  progressDeadlineSeconds: number;
}

export interface Wave {
  readonly size: number;
  readonly counts: Counts;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly verdict: "passed" | "failed" | null;
}

/** Why a rollout is paused: a person asked, or a gate had too little to judge by. */
export type Hold = "person" | "inconclusive";

/** Everything about a rollout but its agents. Values are never mutated. */
export interface RolloutHeader {
  readonly id: RolloutId;
  readonly state: RolloutState;
  /** Why it is in this state, or what it waits on. */
  readonly reason: string | null;
  readonly strategy: Strategy;
  readonly gates: Gates;
  readonly autoRevert: boolean;
  readonly waves: readonly Wave[];
  /** Over all waves. */
  readonly totals: Counts;
  /** Over the waves that have started: what gates judge. */
  readonly started: Counts;
  /** Index of the newest started wave; -1 = none. */
  readonly wave: number;
  /** Between two waves: when the next one starts. */
  readonly nextWaveAt: number | null;
  readonly hold: Hold | null;
  /** A person asked to stop: ends as `cancelled` instead of `failed` where nobody is returned. */
  readonly aborted: boolean;
  /** The last step forward of the running wave, or of the rollback. */
  readonly progressAt: number;
  /** No `tick` before this time can change anything; null = only an observation can. */
  readonly dueAt: number | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** Rises with every change that must be durable at once; counts and `dueAt` can be recomputed and do not raise it. */
  readonly revision: number;
}

export interface Rollout {
  readonly header: RolloutHeader;
  /** The plan: the agents of each wave, in order. */
  readonly waves: readonly (readonly AgentId[])[];
  readonly agents: Agents;
}

export type Observation =
  | { kind: "start" }
  | ({ kind: "status"; agent: AgentId; error?: string } & ConfigReport)
  | { kind: "health"; agent: AgentId; healthy: boolean | null }
  | { kind: "online"; agent: AgentId; healthy: boolean | null }
  | { kind: "offline"; agent: AgentId }
  | { kind: "revoked"; agent: AgentId }
  | { kind: "tick" }
  | { kind: "pause"; actor: string }
  | { kind: "resume"; actor: string }
  | { kind: "promote"; actor: string }
  | { kind: "abort"; actor: string };

/**
 * - `offer`: want the target and offer it. The only effect that carries the candidate to an agent.
 * - `return`: want what the agent ran before, and offer that.
 * - `restored`: want what the agent ran before; it says that it runs it already.
 * - `release`: want nothing. The agent has nothing of ours, or whatever it makes of an offer under way is accepted.
 */
export type AgentEffect = {
  kind: "offer" | "return" | "restored" | "release";
  agents: readonly AgentId[];
};
export type Effect =
  | AgentEffect
  | { kind: "event"; type: EventType; summary: string; data: Record<string, unknown>; actor?: string }
  /** The rollout has ended; nothing follows. */
  | { kind: "done"; state: RolloutState };

/** One judgement of one gate, with what it judged by. */
export interface Decision {
  atMs: number;
  /** Index of the wave; null = the rollout as a whole. */
  wave: number | null;
  verdict: "pass" | "hold" | "fail" | "info";
  gate: string;
  text: string;
  inputs: Record<string, number | string>;
}

export interface Step {
  readonly header: RolloutHeader;
  readonly changes: ReadonlyMap<AgentId, AgentProgress>;
  readonly effects: readonly Effect[];
  readonly decisions: readonly Decision[];
}
