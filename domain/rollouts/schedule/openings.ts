import { type MaintenanceWindow, weekdays } from "../policy.ts";
import { addDays, epochOf, localDateOf, weekdayIndex } from "./local-time.ts";

/** Epoch ms, from `startMs` until before `endMs`. */
export interface Opening {
  startMs: number;
  endMs: number;
}

/**
 * When any of the windows is open, from `fromMs` (which may lie within the first one) over so many days: in order, apart
 * from one another. Openings that begin after that time may be missing.
 */
export function openingsOf(windows: readonly MaintenanceWindow[], fromMs: number, days: number): Opening[] {
  const openings: Opening[] = [];
  for (const window of windows) {
    // A window of the day before may still be open.
    const first = addDays(localDateOf(fromMs, window.timeZone), -1);
    for (let day = 0; day <= days + 1; day++) {
      const opening = openingOn(window, addDays(first, day));
      if (opening !== null && opening.endMs > fromMs) openings.push(opening);
    }
  }
  return merge(openings.sort((a, b) => a.startMs - b.startMs));
}

/** null: not on this day, or the clocks skip all of it. */
function openingOn(
  { days, from, to, timeZone }: MaintenanceWindow,
  date: ReturnType<typeof addDays>,
): Opening | null {
  const weekday = weekdays[weekdayIndex(date)];
  if (weekday === undefined || !days.includes(weekday)) return null;
  const startMs = epochOf(date, from, timeZone);
  const endMs = epochOf(to <= from ? addDays(date, 1) : date, to, timeZone);
  return startMs < endMs ? { startMs, endMs } : null;
}

function merge(sorted: readonly Opening[]): Opening[] {
  const merged: Opening[] = [];
  for (const { startMs, endMs } of sorted) {
    const last = merged.at(-1);
    if (last && startMs <= last.endMs) last.endMs = Math.max(last.endMs, endMs);
    else merged.push({ startMs, endMs });
  }
  return merged;
}
