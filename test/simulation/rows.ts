import type { AgentId, RolloutId, UserId } from "../../domain/ids.ts";
import type { ApprovalFacts } from "../../domain/rollouts/approval.ts";
import type { AgentFacts, Plan, RolloutTerms } from "../../domain/rollouts/plan.ts";
import type { Policy, Schedule } from "../../domain/rollouts/policy.ts";
import type { Agents, ConfigReport, StoredProgress } from "../../domain/rollouts/progress.ts";
import type { FinalState } from "../../domain/rollouts/replay.ts";
import type { Decision, RolloutHeader } from "../../domain/rollouts/rollout.ts";
import type { LogEntry } from "../../domain/rollouts/rollout-log.ts";
import type { Label, OrderSetup } from "./setup.ts";

/** An agent's row in the fleet. */
export interface Row {
  connected: boolean;
  revoked: boolean;
  healthy: boolean;
  label: Label;
  canStage: boolean;
  wanted: string | null;
  offered: string | null;
  /** Nothing final was said about the last offer yet. */
  offerOpen: boolean;
  reported: ConfigReport | null;
  /** By its last APPLIED; "" = none of ours. */
  running: string;
  latched: string[];
  /** A person let it have these again. */
  lifted: string[];
  progress: StoredProgress | null;
  /** Every hash that it ever said APPLIED of. */
  ran: string[];
}

export interface Release {
  target: string;
  whom: "all" | Label;
}

/** An order that waits for a person, its time or another rollout. */
export interface Pending {
  id: RolloutId;
  setup: OrderSetup;
  release: Release;
  /** Index in `Rows.rollouts` of the rollout that it takes back. */
  revertOf: number | null;
  state: "awaiting_approval" | "scheduled";
  schedule: Schedule;
  approval: ApprovalFacts | null;
  author: UserId | null;
  freezeOverride: RolloutHeader["freezeOverride"];
}

/** One rollout that has started, as its rows keep it. */
export interface Kept extends Pending {
  header: RolloutHeader;
  terms: RolloutTerms;
  plan: Plan;
  createdAtMs: number;
  /** The block that started it, by `SimulatedFleet.block`. */
  startedIn: number;
  facts: AgentFacts[];
  /** As `createRollout` made them. */
  created: Agents;
  log: LogEntry[];
  decisions: Decision[];
  final: FinalState[] | null;
  /** What each agent of the plan ran when it began, by what the fleet had heard. */
  originals: Map<AgentId, string>;
  /** What was current before. */
  previous: Release | null;
  relabelled: AgentId[];
}

/** What only the simulator knows of the running rollout, to hold the rules against. */
export interface Witness {
  /** Since when the agent has said APPLIED of its target. */
  appliedAt: Map<AgentId, number>;
  /** Of every agent: since when it has been connected and not unhealthy. */
  wellSince: Map<AgentId, number>;
  /** Thresholds (`wave-<index>`, `activation`) that a person let pass: a promotion, or a gate overruled. */
  promoted: string[];
  overruled: string[];
  /** Who was verified, and has not been sick since. */
  verified: AgentId[];
  /** Who refused the files that it was to take in. */
  refused: AgentId[];
  /** `phase-wave-gate` of the confirmations that were given. */
  confirmed: string[];
  /** Readings that count for the open wave, by gate: of its agents, and of those that run what ran before. */
  readings: Map<number, { wave: number[]; rest: number[] }>;
  /** Memory was lost while the wave was open, and readings with it. */
  lostReadings: boolean;
  /** A bucket of our own for the rate of first offers. */
  bucket: { tokens: number; atMs: number; verified: number } | null;
}

/** Everything that outlives memory; a block that fails leaves it as it was. */
export interface Rows {
  agents: Map<AgentId, Row>;
  pending: Pending[];
  /** Those that have started. */
  rollouts: Kept[];
  /** Index in `rollouts`. */
  active: number | null;
  current: Release | null;
  policy: Policy;
  /** How many of the setup's orders were taken or refused. */
  ordered: number;
  witness: Witness;
}

export function newWitness(wellSince: Map<AgentId, number>): Witness {
  return {
    appliedAt: new Map(),
    wellSince,
    promoted: [],
    overruled: [],
    verified: [],
    refused: [],
    confirmed: [],
    readings: new Map(),
    lostReadings: false,
    bucket: null,
  };
}
