/** What a person looks at: the last hour, live, or what is stored. */
export const ranges = {
  hour: { label: "Last hour", seconds: 3_600, refreshMs: 10_000 },
  day: { label: "Last day", seconds: 24 * 3_600, refreshMs: 60_000 },
  month: { label: "Last 30 days", seconds: 30 * 24 * 3_600, refreshMs: 600_000 },
} as const;

export type Range = keyof typeof ranges;
export const rangeNames = ["hour", "day", "month"] as const satisfies Range[];

/** Where the range begins; no more exactly than it is asked again, so that a question has one key for so long. */
export function fromOf(range: Range, nowMs: number): string {
  const { seconds, refreshMs } = ranges[range];
  return new Date(Math.floor(nowMs / refreshMs) * refreshMs - seconds * 1000).toISOString();
}
