import type { RolloutId } from "../ids.ts";
import type { ActiveChoice, Policy, Schedule } from "./policy.ts";
import { closedAt, timeText } from "./schedule/closed.ts";
import { horizonDays } from "./schedule/schedule.ts";
import type { RolloutState } from "./states.ts";

export interface PendingRollout {
  id: RolloutId;
  state: "awaiting_approval" | "scheduled";
  schedule: Schedule;
  onActive: ActiveChoice;
  freezeOverridden: boolean;
}

export interface Admission {
  /** Who may start now; where `stopActive` is given, once that one has stopped. */
  start: RolloutId | null;
  /** The active rollout that `start` supersedes. */
  stopActive: RolloutId | null;
  /** Before this time nobody may start without something happening; null = only what happens can admit one. */
  dueAtMs: number | null;
  /** What the pending rollout waits on; null = on nothing. */
  reasonOf(id: RolloutId): string | null;
}

type Waits = { reason: string; untilMs: number | null };

/**
 * Who of a fleet's pending rollouts starts: the first in order that is approved, whose time has come, whose windows are
 * open, and that no active rollout keeps back. One that still waits keeps no later one back. One that supersedes goes
 * before those that queue: after them it would take the place of one that has just started.
 */
export function admit({
  pending,
  active,
  policy,
  nowMs,
}: {
  /** In the order in which they were created. */
  pending: readonly PendingRollout[];
  active: { id: RolloutId; state: RolloutState } | null;
  policy: Policy;
  nowMs: number;
}): Admission {
  const waits = new Map<RolloutId, Waits>();
  const ready: PendingRollout[] = [];
  for (const one of pending) {
    const waiting = waitsOn(one, policy, nowMs) ?? keptBack(one, active);
    if (waiting === null) ready.push(one);
    else waits.set(one.id, waiting);
  }
  const start = ready.find(({ onActive }) => onActive === "supersede") ?? ready[0] ?? null;
  for (const { id } of ready) {
    if (id !== start?.id) waits.set(id, { reason: `Rollout ${start?.id} starts before it`, untilMs: null });
  }
  const times = [...waits.values()].map(({ untilMs }) => untilMs).filter((untilMs) => untilMs !== null);
  return {
    start: start?.id ?? null,
    stopActive: start === null ? null : (active?.id ?? null),
    dueAtMs: times.length === 0 ? null : Math.min(...times),
    reasonOf: (id) => waits.get(id)?.reason ?? null,
  };
}

/** A person, its time, a window or a freeze; null = it is ready. */
function waitsOn(
  { state, schedule, freezeOverridden }: PendingRollout,
  policy: Policy,
  nowMs: number,
): Waits | null {
  if (state === "awaiting_approval") return { reason: "A person must approve it", untilMs: null };
  const timetable = { policy, schedule, overridesFreeze: freezeOverridden };
  const { startAtMs } = schedule;
  if (startAtMs !== null && startAtMs > nowMs) {
    const closed = closedAt(timetable, startAtMs);
    const then = closed === null ? "" : `. By then: ${closed.text}`;
    return { reason: `It starts at ${timeText(startAtMs)}${then}`, untilMs: startAtMs };
  }
  const closed = closedAt(timetable, nowMs);
  if (closed === null) return null;
  return { reason: closed.text, untilMs: closed.opensAtMs ?? nowMs + horizonDays * 86_400_000 };
}

/** By the active rollout. */
function keptBack(
  { onActive }: PendingRollout,
  active: { id: RolloutId; state: RolloutState } | null,
): Waits | null {
  if (active === null) return null;
  const { id, state } = active;
  if (onActive !== "supersede") {
    return {
      reason: `Rollout ${id} is ${state.replaceAll("_", " ")}; it starts when that one has ended`,
      untilMs: null,
    };
  }
  if (state !== "rolling_back") return null;
  return {
    reason: `Rollout ${id} is rolling back, which nothing interrupts; it starts when that one has ended`,
    untilMs: null,
  };
}
