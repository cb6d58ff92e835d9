import type { Draft } from "./draft.ts";
import type { RolloutHeader } from "./rollout.ts";
import { closedAt } from "./schedule/closed.ts";
import { closingAt } from "./schedule/schedule.ts";

/** What never opens is looked at again after this time: the calendar goes on. */
const lookAgainMs = 86_400_000;

/** Why no wave and no first offer may start now, by the windows and freezes; null = they may. Known from one look until it changes. */
export function closedNow(draft: Draft): string | null {
  const { header, nowMs } = draft;
  if (!isBound(header)) return null;
  const known = header.opening;
  if (known && known.fromMs <= nowMs && (known.untilMs === null || nowMs < known.untilMs))
    return known.closed;
  const { policy, schedule } = header;
  const overridesFreeze = header.freezeOverride !== null;
  const closed = closedAt({ policy, schedule, overridesFreeze }, nowMs);
  const untilMs = closed
    ? (closed.opensAtMs ?? nowMs + lookAgainMs)
    : closingAt([policy.windows, schedule.windows], overridesFreeze ? [] : policy.freezes, nowMs);
  header.opening = { fromMs: nowMs, untilMs, closed: closed?.text ?? null };
  return header.opening.closed;
}

function isBound({ policy, schedule, freezeOverride }: RolloutHeader): boolean {
  const isFrozen = freezeOverride === null && policy.freezes.length > 0;
  return isFrozen || policy.windows.length > 0 || schedule.windows.length > 0;
}
