/** Everybody in one wave. */
export function allAtOnceWaves(agents: number): number[] {
  return agents === 0 ? [] : [agents];
}
