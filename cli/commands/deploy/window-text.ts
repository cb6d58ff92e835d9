import { z } from "zod";
import { type Weekday, weekdays } from "../../../domain/rollouts/policy.ts";
import type { maintenanceWindow } from "../../../protocol/api/rollouts.ts";
import { wholeSecond } from "../../time.ts";

export type Window = z.infer<typeof maintenanceWindow>;

const isWeekday = (text: string): text is Weekday => (weekdays as readonly string[]).includes(text);

function readDays(text: string): Weekday[] | null {
  if (text === "daily") return [...weekdays];
  const days = new Set<Weekday>();
  for (const part of text.split(",")) {
    const [first = "", last = first, ...more] = part.split("-");
    if (!isWeekday(first) || !isWeekday(last) || more.length > 0) return null;
    for (let i = weekdays.indexOf(first); ; i = (i + 1) % weekdays.length) {
      days.add(weekdays[i] ?? first);
      if (weekdays[i] === last) break;
    }
  }
  return weekdays.filter((day) => days.has(day));
}

export const windowSyntax = "DAYS FROM-TO ZONE, such as 'mon-fri 22:00-04:00 Europe/Berlin'";

function knownZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return true;
  } catch {
    return false;
  }
}

/** `mon-fri 22:00-04:00 Europe/Berlin`; days also as `sat,sun` or `daily`. */
export const windowText = z.string().transform((value, check): Window => {
  const refuse = (message: string) => {
    check.addIssue(message);
    return z.NEVER;
  };
  const [, dayText, from, to, timeZone] =
    /^(\S+)\s+((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)\s+(\S+)$/.exec(value.trim()) ?? [];
  if (dayText === undefined || from === undefined || to === undefined || timeZone === undefined) {
    return refuse(`must be ${windowSyntax}`);
  }
  const days = readDays(dayText.toLowerCase());
  if (days === null) {
    return refuse(`has days that it cannot read, "${dayText}": use mon-fri, sat,sun or daily`);
  }
  if (!knownZone(timeZone))
    return refuse(`names no known time zone: "${timeZone}". Use one such as Europe/Berlin`);
  return { days, from, to, timeZone };
});

/** `Date` takes a 30 February for a day in March. */
const isDay = (day: string): boolean => new Date(`${day}T00:00Z`).toISOString().startsWith(day);

/** A moment as `2026-11-22T02:00Z`, with an offset, or so long from now (`2h`). → RFC 3339, UTC. */
export const moment = z.string().transform((value, check): ((nowMs: number) => string) => {
  const text = value.trim();
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) {
    const ms = Number(count) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[unit] ?? 1) * 1000;
    return (nowMs) => new Date(wholeSecond(nowMs + ms)).toISOString();
  }
  const stamp = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text)
    ? Date.parse(text.replace(" ", "T"))
    : Number.NaN;
  if (!Number.isNaN(stamp) && !isDay(text.slice(0, 10))) {
    check.addIssue(`has a day that does not exist: ${text.slice(0, 10)}`);
    return z.NEVER;
  }
  if (Number.isNaN(stamp)) {
    check.addIssue(
      "must be a time with its zone, such as 2026-11-22T02:00Z or 2026-11-22T03:00+01:00, or so long from now: 2h",
    );
    return z.NEVER;
  }
  const iso = new Date(stamp).toISOString();
  return () => iso;
});
