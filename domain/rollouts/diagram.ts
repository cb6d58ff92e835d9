import type { RolloutAgentState, RolloutState } from "./states.ts";
import { terminalRolloutStates } from "./states.ts";

export interface Transition<S> {
  from: S;
  to: S;
  /** For people. */
  when: string;
  /**
   * - `step`: drawn.
   * - `seldom`: not drawn.
   * - `several`: one observation takes it over several steps at once; not drawn.
   * - `fleet`: the fleet takes it before the rules have a plan.
   */
  kind: "step" | "seldom" | "several" | "fleet";
}

const drawn = <S>(from: S, to: S, when: string): Transition<S> => ({ from, to, when, kind: "step" });
const byFleet = <S>(from: S, to: S, when: string): Transition<S> => ({ from, to, when, kind: "fleet" });
const seldom = <S>(from: S, to: S, when: string): Transition<S> => ({ from, to, when, kind: "seldom" });
const atOnce = <S>(from: S, ...ends: S[]): Transition<S>[] =>
  ends.map((to) => ({ from, to, when: "several steps at once", kind: "several" }));
const fromEach = <S>(froms: S[], to: S, when: string): Transition<S>[] =>
  froms.map((from) => drawn(from, to, when));

/** Every change of a rollout's state. */
export const rolloutTransitions: readonly Transition<RolloutState>[] = [
  byFleet("awaiting_approval", "scheduled", "a person approves it"),
  drawn("awaiting_approval", "cancelled", "rejected, or aborted"),
  drawn("scheduled", "running", "its turn, time and window have come"),
  drawn("scheduled", "cancelled", "aborted"),
  drawn("scheduled", "failed", "its plan is impossible by now"),
  drawn("running", "paused", "a person, a window, a promotion, or too little to judge by"),
  drawn("paused", "running", "resumed, promoted, open or clear again"),
  drawn("running", "succeeded", "the last wave passed"),
  ...fromEach<RolloutState>(
    ["running", "paused"],
    "rolling_back",
    "a gate failed, or aborted: agents return",
  ),
  ...fromEach<RolloutState>(["running", "paused"], "failed", "a gate failed: nobody returns"),
  ...fromEach<RolloutState>(["running", "paused"], "cancelled", "aborted or superseded: nobody returns"),
  drawn("rolling_back", "rolled_back", "all confirmed the way back"),
  drawn("rolling_back", "rollback_incomplete", "some did not by the deadline"),
  ...atOnce<RolloutState>("scheduled", "paused", "succeeded"),
  ...atOnce<RolloutState>("running", "rolled_back"),
  ...atOnce<RolloutState>("paused", "succeeded", "rolled_back"),
];

const left = "its credential was revoked, or it left the fleet";

/** Every change of an agent's state within a rollout. */
export const agentTransitions: readonly Transition<RolloutAgentState>[] = [
  drawn("waiting", "offered", "its wave runs"),
  drawn("waiting", "staging", "blue/green: it takes the files in"),
  drawn("staging", "staged", "they are good"),
  drawn("staging", "failed", "it refuses them"),
  drawn("staging", "waiting", "it goes offline"),
  drawn("staged", "offered", "all activate"),
  drawn("offered", "applying", "it says APPLYING"),
  ...fromEach<RolloutAgentState>(["offered", "applying"], "applied", "it says APPLIED"),
  ...fromEach<RolloutAgentState>(["offered", "applying"], "failed", "it says FAILED"),
  drawn("applying", "timed_out", "it does not finish in time"),
  drawn("applied", "verified", "healthy for the soak"),
  drawn("applied", "failed", "it says FAILED, or is not well in time"),
  drawn("verified", "applied", "unhealthy while its wave is open"),
  ...fromEach<RolloutAgentState>(
    ["waiting", "staging", "offered", "applying", "applied"],
    "unreachable",
    "silent until the progress deadline",
  ),
  drawn("unreachable", "waiting", "it is back before the activation"),
  drawn("unreachable", "offered", "it is back while its wave is open"),
  ...fromEach<RolloutAgentState>(
    ["applied", "verified", "failed", "timed_out", "offered", "applying", "unreachable"],
    "reverting",
    "the rollout rolls back",
  ),
  drawn("failed", "reverted", "it restored itself"),
  drawn("reverting", "reverted", "it runs again what it ran"),
  drawn("reverting", "revert_failed", "it refuses, or does not confirm in time"),
  // A late word counts: it runs the release after all, or does not.
  seldom("timed_out", "applied", "its APPLIED comes late"),
  seldom("timed_out", "failed", "its FAILED comes late"),
  seldom("unreachable", "applying", "its APPLYING comes late"),
  seldom("unreachable", "applied", "its APPLIED comes late"),
  seldom("unreachable", "failed", "its FAILED comes late"),
  seldom("verified", "failed", "it says FAILED after all"),
  // It runs the target by itself, before it was offered.
  seldom("waiting", "applied", "it runs the release already"),
  seldom("waiting", "applying", "it applies the release by itself"),
  seldom("waiting", "failed", "it refuses the release by itself"),
  seldom("staged", "applied", "it runs the release already"),
  seldom("staged", "failed", "it refuses the release by itself"),
  // It takes the candidate on after all, and is sent back again.
  seldom("reverted", "reverting", "it took the release on after all"),
  seldom("revert_failed", "reverting", "it took the release on after all"),
  seldom("revert_failed", "reverted", "it confirms late"),
  seldom("reverted", "revert_failed", "it refuses what it ran, in a later word"),
  seldom("staged", "unreachable", left),
  seldom("failed", "unreachable", left),
  seldom("rejected", "unreachable", left),
  seldom("timed_out", "unreachable", left),
  seldom("verified", "unreachable", left),
  seldom("reverting", "unreachable", left),
  seldom("reverted", "unreachable", left),
  seldom("revert_failed", "unreachable", left),
  ...atOnce<RolloutAgentState>("waiting", "verified"),
  ...atOnce<RolloutAgentState>("staging", "offered", "applied", "verified"),
  ...atOnce<RolloutAgentState>("staged", "verified"),
  ...atOnce<RolloutAgentState>("offered", "verified", "reverted"),
  ...atOnce<RolloutAgentState>("applying", "verified", "reverted"),
  ...atOnce<RolloutAgentState>("applied", "reverted"),
  ...atOnce<RolloutAgentState>("verified", "reverted"),
  ...atOnce<RolloutAgentState>("timed_out", "verified"),
  ...atOnce<RolloutAgentState>("unreachable", "verified", "reverted"),
];

/** A Mermaid state diagram of the transitions that are drawn. */
function diagramOf<S extends string>(
  transitions: readonly Transition<S>[],
  { starts, ends }: { starts: readonly S[]; ends: readonly S[] },
): string {
  const lines = [
    ...starts.map((state) => `[*] --> ${state}`),
    ...transitions
      .filter(({ kind }) => kind === "step" || kind === "fleet")
      .map(({ from, to, when }) => `${from} --> ${to}: ${when}`),
    ...ends.map((state) => `${state} --> [*]`),
  ];
  return ["stateDiagram-v2", ...lines.map((line) => `    ${line}`)].join("\n");
}

export const rolloutDiagram = diagramOf(rolloutTransitions, {
  starts: ["awaiting_approval", "scheduled"],
  ends: terminalRolloutStates,
});
export const agentDiagram = diagramOf(agentTransitions, {
  starts: ["waiting", "unchanged", "rejected"],
  ends: [],
});

/** For Markdown: the transitions that the diagram of agents leaves out, with their cause. */
export const seldomTable = [
  "| from | to | when |",
  "|---|---|---|",
  ...agentTransitions
    .filter(({ kind }) => kind === "seldom")
    .map(({ from, to, when }) => `| ${from} | ${to} | ${when} |`),
].join("\n");
