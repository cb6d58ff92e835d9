import type { RolloutId } from "../../domain/ids.ts";
import type { ConfirmationPhase } from "../../domain/rollouts/rollout.ts";
import type { FleetScope } from "./fleet.ts";

/**
 * What a Fleet object puts on the queue of webhook gates. The consumer calls the address and answers with
 * `answerConfirmation`. At least once; the fleet itself asks again, with a higher `attempt`, when no answer comes.
 */
export interface ConfirmationRequest {
  scope: FleetScope;
  rolloutId: RolloutId;
  id: string;
  attempt: number;
  url: string;
  phase: ConfirmationPhase;
  /** From 1; null = the whole rollout. */
  wave: number | null;
  releaseNumber: number;
  sentAtMs: number;
}

export const confirmationQueue = "muster-confirmations";
