import { type MaintenanceWindow, type Weekday, weekdays } from "../../domain/rollouts/policy.ts";

export const dayNames: Record<Weekday, string> = {
  mon: "Mon",
  tue: "Tue",
  wed: "Wed",
  thu: "Thu",
  fri: "Fri",
  sat: "Sat",
  sun: "Sun",
};

/** "Mon–Fri", "Sat, Sun", "every day". */
export function daysText(days: readonly Weekday[]): string {
  if (days.length === weekdays.length) return "every day";
  const runs: Weekday[][] = [];
  let previous = -2;
  weekdays.forEach((day, index) => {
    if (!days.includes(day)) return;
    if (index === previous + 1) runs.at(-1)?.push(day);
    else runs.push([day]);
    previous = index;
  });
  return runs
    .map((run) => {
      const [first] = run;
      const last = run.at(-1);
      if (!first || !last) return "";
      return run.length < 3
        ? run.map((day) => dayNames[day]).join(", ")
        : `${dayNames[first]}–${dayNames[last]}`;
    })
    .join(", ");
}

/** "Mon–Fri 22:00–04:00 (next day), Europe/Berlin". */
export function windowText({ days, from, to, timeZone }: MaintenanceWindow): string {
  return `${daysText(days)} ${from}–${to}${to <= from ? " (next day)" : ""}, ${timeZone}`;
}

/** The zones that this browser knows; `UTC` is not among those that it lists. */
export function timeZones(): string[] {
  return ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];
}

export function localTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

interface FreezeTimes {
  from: string;
  until: string;
}

/** The freeze that is on at the time: of several the one that ends last. */
export function freezeAt<T extends FreezeTimes>(freezes: readonly T[], nowMs: number): T | null {
  const on = freezes.filter((freeze) => Date.parse(freeze.from) <= nowMs && nowMs < Date.parse(freeze.until));
  return on.sort((a, b) => Date.parse(b.until) - Date.parse(a.until))[0] ?? null;
}
