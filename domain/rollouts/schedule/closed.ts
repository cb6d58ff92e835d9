import type { Freeze, MaintenanceWindow, Policy, Schedule } from "../policy.ts";
import { weekdays } from "../policy.ts";
import { openingAt } from "./schedule.ts";

/** What keeps waves from starting now. */
export interface Closed {
  by: "freeze" | "window";
  /** null = not within 400 days. */
  opensAtMs: number | null;
  /** A sentence without its full stop. */
  text: string;
}

export interface Timetable {
  policy: Pick<Policy, "windows" | "freezes">;
  schedule: Pick<Schedule, "windows">;
  overridesFreeze: boolean;
}

/** null = open. The environment's windows and the rollout's own must both be open; an override lifts freezes alone. */
export function closedAt({ policy, schedule, overridesFreeze }: Timetable, nowMs: number): Closed | null {
  const sets = [policy.windows, schedule.windows];
  const freezes = overridesFreeze ? [] : policy.freezes;
  const opensAtMs = openingAt(sets, freezes, nowMs);
  if (opensAtMs === nowMs) return null;
  const opens = opensAtMs === null ? "never opens within 400 days" : `opens at ${timeText(opensAtMs)}`;
  const freeze = freezeAt(freezes, nowMs);
  if (freeze) {
    const until = timeText(freeze.untilMs);
    const later = opensAtMs === freeze.untilMs ? "" : `; ${opens}`;
    return { by: "freeze", opensAtMs, text: `Frozen until ${until}: ${freeze.reason}${later}` };
  }
  const shut = sets.filter((windows) => openingAt([windows], [], nowMs) !== nowMs).flat();
  const windows = shut.length > 3 ? `${shut.length} maintenance windows` : shut.map(windowText).join(" or ");
  return { by: "window", opensAtMs, text: `Outside of the maintenance window ${windows}; ${opens}` };
}

/** The freeze that is on; of several the one that ends last. */
export function freezeAt(freezes: readonly Freeze[], nowMs: number): Freeze | null {
  let longest: Freeze | null = null;
  for (const freeze of freezes) {
    const isOn = freeze.fromMs <= nowMs && nowMs < freeze.untilMs;
    if (isOn && (longest === null || freeze.untilMs > longest.untilMs)) longest = freeze;
  }
  return longest;
}

/** `mon-fri 22:00-04:00 Europe/Berlin` */
export function windowText({ days, from, to, timeZone }: MaintenanceWindow): string {
  return `${daysText(days)} ${from}-${to} ${timeZone}`;
}

function daysText(days: readonly string[]): string {
  const places = weekdays.map((day) => days.includes(day));
  if (places.every(Boolean)) return "daily";
  const runs: string[] = [];
  for (let first = 0; first < weekdays.length; first++) {
    if (!places[first]) continue;
    let last = first;
    while (places[last + 1]) last++;
    runs.push(last === first ? `${weekdays[first]}` : `${weekdays[first]}-${weekdays[last]}`);
    first = last;
  }
  return runs.join(",");
}

/** `2026-11-22T02:00Z`; with seconds where there are some, without their fractions. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(/(:00)?\.\d{3}Z$/, "Z");
}
