import type { Freeze, MaintenanceWindow } from "../policy.ts";
import { type Opening, openingsOf } from "./openings.ts";

const dayMs = 86_400_000;
/** What does not open in this time never opens. */
export const horizonDays = 400;

/**
 * The first time from `nowMs` on at which every set has an open window and no freeze is on; `nowMs` where that is so
 * already, null where it never is within 400 days. A set without windows is always open.
 * @throws RangeError for a window of an unknown time zone
 */
export function openingAt(
  sets: readonly (readonly MaintenanceWindow[])[],
  freezes: readonly Freeze[],
  nowMs: number,
): number | null {
  const bound = sets.filter((windows) => windows.length > 0);
  // Most windows open within days: the whole horizon is looked at only where they do not.
  for (const days of [10, horizonDays]) {
    const openings = bound.map((windows) => openingsOf(windows, nowMs, days));
    const opensAt = firstCommon(openings, freezes, nowMs, nowMs + days * dayMs);
    if (opensAt !== null) return opensAt;
  }
  return null;
}

/**
 * When what is open at `nowMs` closes: `nowMs` itself where it is closed already, null where it stays open for 400 days.
 * @throws RangeError for a window of an unknown time zone
 */
export function closingAt(
  sets: readonly (readonly MaintenanceWindow[])[],
  freezes: readonly Freeze[],
  nowMs: number,
): number | null {
  const ends = sets
    .filter((windows) => windows.length > 0)
    .map((windows) => endOf(windows, nowMs))
    .filter((endMs) => endMs !== null);
  const starts = freezes
    .filter((freeze) => freeze.fromMs < freeze.untilMs && freeze.untilMs > nowMs)
    .map((freeze) => Math.max(nowMs, freeze.fromMs));
  const closesAt = Math.min(...ends, ...starts);
  return closesAt < nowMs + horizonDays * dayMs ? closesAt : null;
}

function endOf(windows: readonly MaintenanceWindow[], nowMs: number): number | null {
  for (const days of [10, horizonDays]) {
    const open = openingsOf(windows, nowMs, days).find(({ startMs }) => startMs <= nowMs);
    if (!open) return nowMs;
    if (open.endMs < nowMs + days * dayMs) return open.endMs;
  }
  return null;
}

/** Every round moves on to a later time at which one of them opens. */
function firstCommon(
  sets: readonly (readonly Opening[])[],
  freezes: readonly Freeze[],
  nowMs: number,
  untilMs: number,
): number | null {
  const next = sets.map(() => 0);
  let atMs = nowMs;
  for (;;) {
    const beganAt = atMs;
    for (const [index, openings] of sets.entries()) {
      let place = next[index] ?? 0;
      while (openings[place] !== undefined && (openings[place] as Opening).endMs <= atMs) place++;
      next[index] = place;
      const opening = openings[place];
      if (!opening) return null;
      atMs = Math.max(atMs, opening.startMs);
    }
    for (const freeze of freezes) {
      if (freeze.fromMs <= atMs && atMs < freeze.untilMs) atMs = freeze.untilMs;
    }
    if (atMs > untilMs) return null;
    if (atMs === beganAt) return atMs;
  }
}
