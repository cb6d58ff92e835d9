/** The longest that a server's word keeps an agent away; far longer ones would overflow a timer, which then fires at once. */
export const longestAbsenceMs = 3_600_000;

/** How long to wait before dialling again. All in ms. */
export interface RedialPace {
  /** The first wait is a random time up to this: a fleet of n agents should get about n ÷ 200 seconds. */
  firstMs: number;
  capMs: number;
  /** After the credential was refused. */
  refusedMs: number;
}

export const defaultRedialPace: RedialPace = { firstMs: 5_000, capMs: 30_000, refusedMs: 120_000 };

/** Full jitter: a random time up to `firstMs`, doubled with each failure up to `capMs`. `random` is in [0, 1). */
export function redialDelayMs(pace: RedialPace, failures: number, random: number): number {
  return Math.floor(random * Math.min(pace.capMs, pace.firstMs * 2 ** failures));
}

/** What a server asked for, never earlier, spread over one more first window. */
export function retryAfterDelayMs(pace: RedialPace, retryAfterMs: number, random: number): number {
  return Math.floor(retryAfterMs + random * pace.firstMs);
}

/** `Retry-After` in seconds or as an HTTP date; null when absent or unreadable. At most an hour. */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | null {
  if (value === undefined) return null;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - nowMs;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), longestAbsenceMs) : null;
}
