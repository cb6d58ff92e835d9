import type { Draft } from "./draft.ts";
import type { Opening, RolloutHeader } from "./rollout.ts";
import { closedAt } from "./schedule/closed.ts";
import { closingAt } from "./schedule/schedule.ts";

/** What never opens is looked at again after this time: the calendar goes on. */
const lookAgainMs = 86_400_000;

/** Why no wave and no first offer may start now, by the windows and freezes; null = they may. */
export function closedNow(draft: Draft): string | null {
  draft.header.opening = openingOf(draft.header, draft.nowMs);
  return draft.header.opening?.closed ?? null;
}

/** The calendar is asked once for each time in which nothing changes. null = there are neither windows nor freezes. */
export function openingOf(header: RolloutHeader, nowMs: number): Opening | null {
  if (!isBound(header)) return null;
  const known = header.opening;
  const isKnown =
    known !== null && known.fromMs <= nowMs && (known.untilMs === null || nowMs < known.untilMs);
  if (isKnown) return known;
  const { policy, schedule } = header;
  const overridesFreeze = header.freezeOverride !== null;
  const closed = closedAt({ policy, schedule, overridesFreeze }, nowMs);
  const untilMs = closed
    ? (closed.opensAtMs ?? nowMs + lookAgainMs)
    : closingAt([policy.windows, schedule.windows], overridesFreeze ? [] : policy.freezes, nowMs);
  return { fromMs: nowMs, untilMs, closed: closed?.text ?? null };
}

function isBound({ policy, schedule, freezeOverride }: RolloutHeader): boolean {
  const isFrozen = freezeOverride === null && policy.freezes.length > 0;
  return isFrozen || policy.windows.length > 0 || schedule.windows.length > 0;
}
