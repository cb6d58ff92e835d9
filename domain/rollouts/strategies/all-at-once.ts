/** Everybody in one wave. */
export function allAtOnceWaves<T>(agents: readonly T[]): T[][] {
  return agents.length === 0 ? [] : [[...agents]];
}
