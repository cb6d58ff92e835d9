const minuteMs = 60_000;
const longestMs = 6 * 60 * minuteMs;
/** A mail that could not be sent for so long is of no use any more: its links have expired or soon do. */
export const mailGivenUpAfterMs = 24 * 60 * minuteMs;

/** How long to wait after the attempt number `attempts` (from 1): 1, 2, 4 … minutes, at most 6 hours. */
export function mailRetryMs(attempts: number): number {
  return Math.min(longestMs, minuteMs * 2 ** Math.max(0, attempts - 1));
}
