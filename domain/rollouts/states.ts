/** Words of a rollout. Terminal states are final. */
export const rolloutStates = [
  "awaiting_approval",
  "scheduled",
  "running",
  "paused",
  "rolling_back",
  "succeeded",
  "failed",
  "cancelled",
  "rolled_back",
  "rollback_incomplete",
] as const;
export type RolloutState = (typeof rolloutStates)[number];

export const terminalRolloutStates = [
  "succeeded",
  "failed",
  "cancelled",
  "rolled_back",
  "rollback_incomplete",
] as const;
export type TerminalRolloutState = (typeof terminalRolloutStates)[number];

export function isTerminal(state: RolloutState): state is TerminalRolloutState {
  return (terminalRolloutStates as readonly RolloutState[]).includes(state);
}

/** Where one agent stands within one rollout. */
export const rolloutAgentStates = [
  "waiting",
  "staging",
  "staged",
  "offered",
  "applying",
  "applied",
  "verified",
  "failed",
  "rejected",
  "timed_out",
  "unreachable",
  "unchanged",
  "reverting",
  "reverted",
  "revert_failed",
] as const;
export type RolloutAgentState = (typeof rolloutAgentStates)[number];

export const strategyKinds = ["all-at-once", "rolling", "canary", "blue-green"] as const;
export type StrategyKind = (typeof strategyKinds)[number];
