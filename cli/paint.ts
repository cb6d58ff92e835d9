import type { Style } from "./output.ts";

const good = new Set(["online", "in_sync", "succeeded", "verified", "applied", "passed", "yes", "healthy"]);
const bad = new Set([
  "failed",
  "revoked",
  "unhealthy",
  "rejected",
  "timed_out",
  "rollback_incomplete",
  "revert_failed",
  "no",
  "critical",
]);
const moving = new Set([
  "offered",
  "applying",
  "running",
  "rolling_back",
  "reverting",
  "paused",
  "pending",
  "waiting",
  "major",
]);

/** Colours a state's word; the word itself always says it too. */
export function paintState(state: string, { color }: Style): string {
  const word = state.trim();
  if (good.has(word)) return color.green(state);
  if (bad.has(word)) return color.red(state);
  if (moving.has(word)) return color.yellow(state);
  return color.dim(state);
}

export const stateColumn = <T>(title: string, value: (row: T) => string) => ({
  title,
  value,
  paint: (text: string, _row: T, style: Style) => paintState(text, style),
});
