import type { RolloutId } from "../../domain/ids.ts";
import type { ActiveChoice, Policy, Schedule } from "../../domain/rollouts/policy.ts";
import type { RolloutState } from "../../domain/rollouts/states.ts";

export interface PendingRollout {
  id: RolloutId;
  state: "awaiting_approval" | "scheduled";
  schedule: Schedule;
  onActive: ActiveChoice;
  freezeOverridden: boolean;
}
export interface Admission {
  start: RolloutId | null;
  stopActive: RolloutId | null;
  dueAtMs: number | null;
  reasonOf(id: RolloutId): string | null;
}
export function admit({
  pending,
  active,
  policy,
  nowMs,
}: {
  pending: PendingRollout[];
  active: { id: RolloutId; state: RolloutState } | null;
  policy: Policy;
  nowMs: number;
}): Admission {
  let dueAtMs: number | null = null;
  let start: RolloutId | null = null;
  const reasons = new Map<RolloutId, string>();
  for (const one of pending) {
    if (one.state === "awaiting_approval") {
      reasons.set(one.id, "A person must approve it");
      continue;
    }
    let at = one.schedule.startAtMs ?? 0;
    const frozen = one.freezeOverridden
      ? undefined
      : policy.freezes.find((f) => f.fromMs <= Math.max(at, nowMs) && Math.max(at, nowMs) < f.untilMs);
    if (frozen) at = frozen.untilMs;
    if (at > nowMs) {
      reasons.set(one.id, `It starts at ${new Date(at).toISOString()}`);
      dueAtMs = Math.min(dueAtMs ?? at, at);
      continue;
    }
    if (active && one.onActive !== "supersede") {
      reasons.set(one.id, `Rollout ${active.id} is ${active.state}`);
      continue;
    }
    start ??= one.id;
  }
  return {
    start,
    stopActive: start !== null && active ? active.id : null,
    dueAtMs,
    reasonOf: (id) => reasons.get(id) ?? null,
  };
}
