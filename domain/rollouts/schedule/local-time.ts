import { fromEpochMilliseconds, toZonedDateTimeISO } from "temporal-polyfill/fns/Instant";
import { create, toZonedDateTime } from "temporal-polyfill/fns/PlainDateTime";

/** A day of the calendar. */
export interface LocalDate {
  year: number;
  month: number;
  day: number;
}

export function isKnownTimeZone(timeZone: string): boolean {
  // An offset such as +01:00 is no place's time.
  if (!/^[A-Za-z]/.test(timeZone)) return false;
  try {
    toZonedDateTimeISO(fromEpochMilliseconds(0), timeZone);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** @throws RangeError for a zone that is not known */
export function localDateOf(epochMs: number, timeZone: string): LocalDate {
  const { year, month, day } = toZonedDateTimeISO(fromEpochMilliseconds(Math.floor(epochMs)), timeZone);
  return { year, month, day };
}

/**
 * `HH:MM` on a day, as epoch ms. A local time that does not exist moves forward by what the clocks skip; of one that is
 * twice, the first counts.
 * @throws RangeError for a zone that is not known
 */
export function epochOf({ year, month, day }: LocalDate, time: string, timeZone: string): number {
  const [hour, minute] = time.split(":").map(Number);
  return toZonedDateTime(create(year, month, day, hour, minute), timeZone).epochMilliseconds;
}

export function addDays({ year, month, day }: LocalDate, days: number): LocalDate {
  const date = new Date(Date.UTC(year, month - 1, day + days));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** 0 = Monday. */
export function weekdayIndex({ year, month, day }: LocalDate): number {
  return (new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7;
}
