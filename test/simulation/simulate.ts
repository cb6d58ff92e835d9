import fc from "fast-check";
import type { Engine } from "./engine.ts";
import { LawBroken } from "./laws.ts";
import { type Played, play } from "./play.ts";
import { moves, setup } from "./schedule.ts";

export interface Failure {
  law: string;
  text: string;
  seed: number;
  /** fast-check's way to the smallest schedule that it found. */
  path: string;
  /** The smallest schedule, as JSON. */
  schedule: string;
}

/** Plays the schedule of one seed, always the same one; a path leads to the smaller one of a failure. */
export function simulate(
  engine: Engine,
  seed: number,
  {
    path,
    shrink = true,
    onPlayed,
  }: { path?: string; shrink?: boolean; onPlayed?: (played: Played) => void } = {},
): Failure | null {
  const property = fc.property(setup, moves, (world, schedule) => {
    const played = play(engine, world, schedule);
    onPlayed?.(played);
  });
  const result = fc.check(property, {
    seed,
    numRuns: 1,
    unbiased: true,
    endOnFailure: !shrink,
    ...(path === undefined ? {} : { path }),
  });
  if (!result.failed) return null;
  const error = result.errorInstance;
  const [law, text] =
    error instanceof LawBroken
      ? [error.law, error.message]
      : ["an exception", error instanceof Error ? (error.stack ?? error.message) : String(error)];
  return {
    law,
    text,
    seed,
    path: result.counterexamplePath ?? "0",
    schedule: JSON.stringify(result.counterexample),
  };
}
