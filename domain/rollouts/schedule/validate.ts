import type { FieldError } from "../../errors.ts";
import { type Freeze, type MaintenanceWindow, weekdays } from "../policy.ts";
import { isKnownTimeZone } from "./local-time.ts";

const timeOfDay = /^([01][0-9]|2[0-3]):[0-5][0-9]$/;

/** What is wrong with windows; `path` names the list, such as `schedule.windows`. */
export function checkWindows(windows: readonly MaintenanceWindow[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, { days, from, to, timeZone }] of windows.entries()) {
    const at = `${path}[${index}]`;
    if (days.length === 0) {
      errors.push({ path: `${at}.days`, message: "names no day, so it never opens. Name some, such as mon" });
    }
    for (const day of days) {
      if (weekdays.includes(day)) continue;
      errors.push({ path: `${at}.days`, message: `"${day}" is no day. Use ${weekdays.join(", ")}` });
    }
    for (const [name, time] of [
      ["from", from],
      ["to", to],
    ] as const) {
      if (timeOfDay.test(time)) continue;
      errors.push({
        path: `${at}.${name}`,
        message: `"${time}" is no time of day. Use HH:MM, 00:00 to 23:59`,
      });
    }
    if (!isKnownTimeZone(timeZone)) {
      const message = `"${timeZone}" is no known time zone. Use an IANA name, such as Europe/Berlin or UTC`;
      errors.push({ path: `${at}.timeZone`, message });
    }
  }
  return errors;
}

export function checkFreezes(
  freezes: readonly Pick<Freeze, "fromMs" | "untilMs">[],
  path: string,
): FieldError[] {
  return freezes.flatMap(({ fromMs, untilMs }, index) =>
    fromMs < untilMs
      ? []
      : [{ path: `${path}[${index}].until`, message: "ends at or before its start. Put it after `from`" }],
  );
}
