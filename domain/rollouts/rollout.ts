import type { EventType } from "../fleets/events.ts";
import type { AgentId, RolloutId } from "../ids.ts";
import type { Counts } from "./counts.ts";
import type { Policy, Schedule } from "./policy.ts";
import type { AgentProgress, Agents, ConfigReport } from "./progress.ts";
import type { RolloutState } from "./states.ts";

/** A whole number of agents, or a percentage such as "25%". */
export type CountOrPercent = number | string;

/**
 * How fast offers may leave within a wave: `perMinute` at first, times `factor` each time `everySucceeded` more agents
 * of the rollout are verified, never above `maxPerMinute`.
 */
export interface RateRamp {
  perMinute: number;
  factor: number;
  everySucceeded: number;
  maxPerMinute: number;
}

/** So many further agents, or those further ones that the selector matches. Agents of no step are the last wave. */
export type CanaryStep = { agents: CountOrPercent } | { selector: string };

export type Strategy =
  | { kind: "all-at-once" }
  | {
      kind: "rolling";
      batch: CountOrPercent;
      pauseSeconds: number;
      /** Of the agents in the plan: in flight, or reached by the rollout and now offline or unhealthy. null = the batch alone limits. */
      maxUnavailable: CountOrPercent | null;
      rate: RateRamp | null;
    }
  | {
      kind: "canary";
      steps: CanaryStep[];
      /** Who lets the next wave start once a step's gates have passed. */
      promotion: "automatic" | "manual";
      pauseSeconds: number;
    }
  | {
      /** Every agent takes the files in and checks them; then all activate at once; on a failed gate all return at once. */
      kind: "blue-green";
      activation: "automatic" | "manual";
    };

/** Judges numbers that the agents of a wave report from their application, from APPLIED on. */
export interface MetricGate {
  /** A series name, with labels if need be: `http_errors_total{code="500"}`. What matches is summed. */
  metric: string;
  /** `rate` = increase per second between two readings; a reset counts from zero. */
  as: "value" | "rate";
  /** Divides by this series, read the same way: errors per request. null = not divided. */
  per: string | null;
  /** Limits of the mean over the samples. null = none. */
  max: number | null;
  min: number | null;
  /**
   * Against the agents of later waves, in the same time: how much worse than their mean the wave's mean may be: so many
   * percent, or `atLeast` in the metric's unit where that is more. null = not compared.
   */
  compare: { worse: "higher" | "lower"; byPercent: number; atLeast: number } | null;
  /** Fewer samples on a side, and the gate is inconclusive. */
  minSamples: number;
}

/** `rollback` is told and never asked: nothing blocks a way back. */
export type ConfirmationPhase = "start" | "wave" | "promotion" | "rollback";

/** An outside system that must confirm. It answers `confirm`, `deny` (stops the rollout) or `wait` (is asked again). */
export interface WebhookGate {
  url: string;
  on: ConfirmationPhase[];
  /** For one attempt, until it is made again. */
  timeoutSeconds: number;
  attempts: number;
  /** After the last attempt. */
  whenUnanswered: "hold" | "fail";
}

export interface Gates {
  soakSeconds: number;
  maxFailures: CountOrPercent;
  /** A wave of which fewer agents reported (all of them, where it has fewer) is inconclusive. */
  minReported: number;
  applyTimeoutSeconds: number;
  progressDeadlineSeconds: number;
  metrics: MetricGate[];
  webhooks: WebhookGate[];
  /** A person must approve the rollout before it starts. A protected environment asks for another person's than the author's. */
  approval: boolean;
}

export interface Wave {
  readonly size: number;
  readonly counts: Counts;
  /** Agents of it that were offered the candidate and are not revoked. */
  readonly reached: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** `stopped`: a person aborted it, or another rollout took its place. */
  readonly verdict: "passed" | "failed" | "stopped" | null;
}

/** Running mean and squared deviations (Welford) of what one side of a metric gate reported. */
export interface Aggregate {
  readonly samples: number;
  readonly mean: number;
  readonly m2: number;
}

/** What the metric gates of the running wave have read so far. Exact samples may be lost with memory. */
export interface Measurement {
  /** By the gate's index in `gates.metrics`. */
  readonly gates: readonly { readonly wave: Aggregate; readonly baseline: Aggregate }[];
  /** Agents of later waves whose readings the wave is compared with; null = no agent of them will change. */
  readonly baseline: readonly AgentId[] | null;
  /** When the wave was settled and waited for readings alone; null = it is not. */
  readonly waitsSince: number | null;
  /** When the readings were last made durable. */
  readonly savedAt: number;
}

/** One question to an outside system about the next wave; kept until that wave starts. */
export interface Confirmation {
  /** `<phase>-<index of the wave>-<index of the gate>` */
  readonly id: string;
  readonly gate: number;
  readonly phase: ConfirmationPhase;
  /** The newest attempt, from 1. */
  readonly attempt: number;
  /** Attempts to which no answer came in time. */
  readonly unanswered: number;
  /** The newest attempt that was answered with `wait`; 0 = none. */
  readonly deferred: number;
  readonly answer: "confirmed" | "unanswered" | "overruled" | null;
  readonly askedAt: number;
  /** When it is asked again, or counts as unanswered. */
  readonly dueAt: number;
  /** What the system said last; "" = nothing. */
  readonly text: string;
}

/** Whether waves may start: known for times in `[fromMs, untilMs)`. */
export interface Opening {
  readonly fromMs: number;
  /** null = for 400 days, or for good. */
  readonly untilMs: number | null;
  /** Why they may not; null = they may. */
  readonly closed: string | null;
}

/** The bucket of a rate: so many offers may leave at `atMs`. */
export interface Pace {
  readonly tokens: number;
  readonly atMs: number;
}

/**
 * Why a rollout is paused: a person asked, a gate had too little to judge by, a person must promote, or the
 * maintenance windows are closed or a freeze is on.
 */
export type Hold = "person" | "inconclusive" | "promotion" | "window";

/** Everything about a rollout but its agents. Values are never mutated. */
export interface RolloutHeader {
  readonly id: RolloutId;
  readonly state: RolloutState;
  /** Why it is in this state, or what it waits on. */
  readonly reason: string | null;
  readonly strategy: Strategy;
  readonly gates: Gates;
  readonly autoRevert: boolean;
  readonly schedule: Schedule;
  readonly policy: Policy;
  /** An admin let the rollout go on in freezes. */
  readonly freezeOverride: { readonly actor: string; readonly reason: string } | null;
  readonly waves: readonly Wave[];
  /** Agents that the plan changes: what percentages are of. */
  readonly changing: number;
  /** Over all waves. */
  readonly totals: Counts;
  /** Over the waves that have started: what gates judge. */
  readonly started: Counts;
  /** Index of the newest started wave; -1 = none. */
  readonly wave: number;
  /** Between two waves: when the next one starts. */
  readonly nextWaveAt: number | null;
  readonly hold: Hold | null;
  /** null = nothing is known; always open where there are no windows and freezes. */
  readonly opening: Opening | null;
  /** Blue/green: agents take the files in, all of them have, they were told to activate. null = the strategy does not stage. */
  readonly staging: "staging" | "staged" | "activated" | null;
  /** Index of the newest wave that a person let start; -1 = none. */
  readonly promoted: number;
  readonly confirmations: readonly Confirmation[];
  /** null = no gate judges metrics, or no wave is open. */
  readonly measurement: Measurement | null;
  /** null = no offer was metered yet. */
  readonly pace: Pace | null;
  /** In flight, or reached and now offline or unhealthy: what `maxUnavailable` limits. */
  readonly unavailable: number;
  /** Position in the open wave before which nobody waits for a first offer that could be made. */
  readonly cursor: number;
  /** A person asked to stop, or another rollout took its place: ends as `cancelled` instead of `failed` where nobody is returned. */
  readonly aborted: boolean;
  readonly supersededBy: RolloutId | null;
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

/** `actor` is the id that events carry, `name` what people read; without it they read the id. */
export type Observation =
  | { kind: "start" }
  | ({ kind: "status"; agent: AgentId; error?: string } & ConfigReport)
  | { kind: "health"; agent: AgentId; healthy: boolean | null }
  /** `canStage` where it may have changed. `renewed`: its connection took the place of one that had not ended. */
  | { kind: "online"; agent: AgentId; healthy: boolean | null; canStage?: boolean; renewed?: true }
  | { kind: "offline"; agent: AgentId }
  | { kind: "revoked"; agent: AgentId }
  /** The agent has left the fleet for good. */
  | { kind: "deleted"; agent: AgentId }
  /** It has taken the files of `hash` in and checked them, or refuses them. */
  | { kind: "staged"; agent: AgentId; hash: string; error: string | null }
  /** One reading, by the index of its gate in `gates.metrics`. */
  | { kind: "metrics"; agent: AgentId; values: Record<number, number> }
  | {
      kind: "confirmation";
      id: string;
      attempt: number;
      verdict: "confirm" | "deny" | "wait" | "unanswered";
      text: string;
    }
  /** The environment's windows or freezes have changed. */
  | { kind: "policy"; policy: Policy }
  | { kind: "override-freeze"; actor: string; name?: string; reason: string }
  | { kind: "supersede"; actor: string; by: RolloutId }
  | { kind: "tick" }
  | { kind: "pause"; actor: string; name?: string }
  | { kind: "resume"; actor: string; name?: string }
  | { kind: "promote"; actor: string; name?: string }
  | { kind: "abort"; actor: string; name?: string };

/**
 * - `offer`: want the target and offer it. The only effect that carries the candidate to an agent.
 * - `return`: want what the agent ran before, and offer that.
 * - `restored`: want what the agent ran before; it says that it runs it already.
 * - `release`: want nothing. The agent has nothing of ours, or whatever it makes of an offer under way is accepted.
 * - `stage`: send the target's files to take in and check, not to run.
 * - `latch`: it refused the target when it staged it, or applied it and did not stay well with it: never offer it again until a person lifts that.
 * - `watch`, `unwatch`: ask for readings of the gates' metrics, and ask no more.
 */
export type AgentEffect = {
  kind: "offer" | "return" | "restored" | "release" | "stage" | "latch" | "watch" | "unwatch";
  agents: readonly AgentId[];
};
export type Effect =
  | AgentEffect
  | { kind: "event"; type: EventType; summary: string; data: Record<string, unknown>; actor?: string }
  /** Ask an outside system. Again with the same `id` and a higher `attempt` when no answer came in time. */
  | {
      kind: "confirm";
      id: string;
      attempt: number;
      gate: number;
      phase: ConfirmationPhase;
      /** Index of the wave that would start; null = the whole rollout. */
      wave: number | null;
    }
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
