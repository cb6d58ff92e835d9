/**
 * How long what was stored of metrics is kept. A row holds `points` points of one agent from a time that is a multiple of
 * its span on; `rows` of them take turns, so that an agent never has more.
 */
export const resolutions = {
  "10s": { seconds: 10, points: 360, rows: 2, keptSeconds: 3_600 },
  "1m": { seconds: 60, points: 60, rows: 26, keptSeconds: 24 * 3_600 },
  "1h": { seconds: 3_600, points: 24, rows: 32, keptSeconds: 30 * 24 * 3_600 },
} as const;

export type Resolution = keyof typeof resolutions;
export const resolutionNames = ["10s", "1m", "1h"] as const satisfies Resolution[];

export const spanMs = (resolution: Resolution): number =>
  resolutions[resolution].seconds * resolutions[resolution].points * 1000;

/** Start of the row that holds `atMs`. */
export const rowStartMs = (resolution: Resolution, atMs: number): number =>
  Math.floor(atMs / spanMs(resolution)) * spanMs(resolution);

/** Which of an agent's rows of this resolution begins at `startMs`. */
export const rowSlot = (resolution: Resolution, startMs: number): number =>
  Math.floor(startMs / spanMs(resolution)) % resolutions[resolution].rows;

/** The finest that is still kept as far back as `fromMs`. */
export function finestFor(fromMs: number, nowMs: number): Resolution {
  const ageSeconds = (nowMs - fromMs) / 1000;
  return resolutionNames.find((name) => ageSeconds <= resolutions[name].keptSeconds) ?? "1h";
}
