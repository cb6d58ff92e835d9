export const hourMs = 3_600_000;

/** Start of the UTC hour that holds `atMs`, both in epoch ms. */
export function hourOf(atMs: number): number {
  return Math.floor(atMs / hourMs) * hourMs;
}

/** Adds the milliseconds of [fromMs, toMs) to the hours they fall in. An empty or backward interval adds nothing. */
export function addInterval(
  hours: Map<number, number>,
  fromMs: number,
  toMs: number,
  sign: 1 | -1 = 1,
): void {
  for (let at = fromMs; at < toMs; ) {
    const hour = hourOf(at);
    const end = Math.min(hour + hourMs, toMs);
    hours.set(hour, (hours.get(hour) ?? 0) + sign * (end - at));
    at = end;
  }
}

/** Start of the UTC calendar month that holds `atMs`: where a billing period begins. */
export function monthOf(atMs: number): number {
  const date = new Date(atMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}

/** Start of the next UTC hour, or `atMs` itself when it is the start of one. */
export function hourAfter(atMs: number): number {
  return Math.ceil(atMs / hourMs) * hourMs;
}
