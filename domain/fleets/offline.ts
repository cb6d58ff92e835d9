import { plural } from "../plural.ts";

/** A fleet may tell of an agent that has been away for so many seconds. Our own agent's silence is known after a minute. */
export const offlineAfterBounds = { least: 60, most: 7 * 86_400 } as const;

const units = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** In the largest unit of which there are at least two, or that fits: "90 minutes", "1 minute", "75 seconds". */
export function awayText(seconds: number): string {
  for (const [unit, size] of units) {
    const count = Math.floor(seconds / size);
    if (count >= 2 || seconds === size) return plural(count, unit);
  }
  return plural(Math.floor(seconds), "second");
}
