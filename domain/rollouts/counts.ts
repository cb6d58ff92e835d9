import { type RolloutAgentState, rolloutAgentStates } from "./states.ts";

/** How many agents stand in each state. */
export type Counts = Readonly<Record<RolloutAgentState, number>>;

export function emptyCounts(): Counts {
  return Object.fromEntries(rolloutAgentStates.map((state) => [state, 0])) as Record<
    RolloutAgentState,
    number
  >;
}

export function countStates(states: Iterable<RolloutAgentState>): Counts {
  const counts: Record<RolloutAgentState, number> = { ...emptyCounts() };
  for (const state of states) counts[state]++;
  return counts;
}

export function sumCounts(all: Iterable<Counts>): Counts {
  const sum: Record<RolloutAgentState, number> = { ...emptyCounts() };
  for (const counts of all) for (const state of rolloutAgentStates) sum[state] += counts[state];
  return sum;
}

export function moveCount(counts: Counts, from: RolloutAgentState, to: RolloutAgentState): Counts {
  return { ...counts, [from]: counts[from] - 1, [to]: counts[to] + 1 };
}

/** Agents of a wave that the gate still waits on. */
export function unsettledCount(counts: Counts): number {
  return mayStillReportCount(counts) + counts.applied + counts.staged;
}

/** Agents that have said nothing about the target hash yet, and still may. */
export function mayStillReportCount(counts: Counts): number {
  return counts.waiting + counts.staging + counts.offered + counts.applying;
}

/** `rejected` agents failed on this very hash before; `timed_out` ones said APPLYING and did not finish. */
export function failureCount(counts: Counts): number {
  return counts.failed + counts.rejected + counts.timed_out;
}

/** Agents that said something about the target hash: the base of every share. */
export function reportedCount(counts: Counts): number {
  return failureCount(counts) + counts.staged + counts.applied + counts.verified;
}
