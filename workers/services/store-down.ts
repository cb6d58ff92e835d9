import { isUnreachable } from "../../db/unreachable.ts";
import type { Refusal } from "../../domain/errors.ts";

const retryAfterSeconds = 5;

/** What a person hears when the metadata store did not answer; null = it was something else. */
export function storeRefusal(error: unknown): Refusal | null {
  if (!isUnreachable(error)) return null;
  return {
    code: "unavailable",
    detail:
      "The metadata store could not be reached just now. Rollouts under way go on without it. Try again in a few seconds.",
    retryAfterSeconds,
  };
}
