import type { RolloutId } from "../../domain/ids.ts";
import type { ApprovalFacts } from "../../domain/rollouts/approval.ts";
import type { Policy, Schedule } from "../../domain/rollouts/policy.ts";
import { openingAt } from "../../domain/rollouts/schedule/schedule.ts";
import type { RolloutFacts, RolloutRow } from "./rollout-rows.ts";

/** What of a rollout says when it may start. */
export interface StartTerms {
  schedule: Schedule;
  policy: Policy;
  approval: Pick<ApprovalFacts, "required" | "verdict"> | null;
  overridesFreeze: boolean;
}

/** By its time, the windows and the freezes of the policy; null = a person decides, or it never opens. */
export function earliestStartMs(
  nowMs: number,
  { schedule, policy, approval, overridesFreeze }: StartTerms,
): number | null {
  if (approval?.required && approval.verdict !== "approve") return null;
  const freezes = overridesFreeze ? [] : policy.freezes;
  const fromMs = Math.max(nowMs, schedule.startAtMs ?? 0);
  return openingAt([policy.windows, schedule.windows], freezes, fromMs);
}

/** The same of one that waits already. */
export function waitsUntilMs(
  nowMs: number,
  { schedule, approval, freezeOverride }: RolloutFacts,
  policy: Policy,
): number | null {
  return earliestStartMs(nowMs, { schedule, policy, approval, overridesFreeze: freezeOverride !== null });
}

/** One that waits, and would start before or with a new one of these terms. */
export function startingBefore(
  pending: Iterable<RolloutRow>,
  nowMs: number,
  terms: StartTerms,
): RolloutId | null {
  const own = earliestStartMs(nowMs, terms);
  for (const { header, facts } of pending) {
    const startsAt = waitsUntilMs(nowMs, facts, terms.policy);
    if (startsAt !== null && own !== null && startsAt <= own) return header.id;
  }
  return null;
}
