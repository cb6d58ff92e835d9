/**
 * Ways in which D1 and libSQL say that the store did not answer at all: D1's own words for lost connections, resets,
 * overload and timeouts; what `fetch` says under libSQL; and a libSQL server that answers 5xx.
 */
const signs = [
  /network connection lost/i,
  /internet connection lost/i,
  /D1_ERROR: .*(reset|overloaded|time[d]? ?out|exceeded timeout|transient|internal error|connection)/i,
  /fetch failed|connect(ion)? (refused|reset|closed)|ECONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT/i,
  /server returned HTTP status 5\d\d/i,
];

/** Whether the store could not be reached, as against an error in what was asked of it. */
export function isUnreachable(error: unknown): boolean {
  for (let one = error; one instanceof Error; one = one.cause) {
    const { message } = one;
    if (signs.some((sign) => sign.test(message))) return true;
  }
  return false;
}
