/**
 * Requests of one organization within a minute, and of each caller in it. Pure counting: who asks for a lot of requests
 * gets what is left, and never is more given out than the plan allows.
 */

export const rateWindowMs = 60_000;

/** Requests in one window. */
export interface RateTerms {
  caller: number;
  organization: number;
}

export type RateName = keyof RateTerms;

export interface RateUse {
  limit: number;
  /** Given out so far, also to who has not used it yet. */
  used: number;
}

export interface RateState extends Record<RateName, RateUse> {
  /** When the window ends and everything counts from 0 again. */
  resetsAtMs: number;
}

export interface Lease extends RateState {
  /** Requests that the asker may serve until then; 0 = a limit is reached. */
  granted: number;
}

/** When little is left, many askers share it: nobody takes more than this part of it. */
const largestShare = 4;

export class RateWindows {
  #startMs = Number.NEGATIVE_INFINITY;
  #organization = 0;
  readonly #callers = new Map<string, number>();

  lease(caller: string, terms: RateTerms, wanted: number, nowMs: number): Lease {
    const before = this.look(caller, terms, nowMs);
    const left = Math.max(0, Math.min(leftOf(before.caller), leftOf(before.organization)));
    const granted = Math.min(Math.max(0, Math.floor(wanted)), Math.ceil(left / largestShare));
    this.#organization += granted;
    this.#callers.set(caller, before.caller.used + granted);
    return { ...this.look(caller, terms, nowMs), granted };
  }

  look(caller: string, terms: RateTerms, nowMs: number): RateState {
    const startMs = Math.floor(nowMs / rateWindowMs) * rateWindowMs;
    if (startMs > this.#startMs) {
      this.#startMs = startMs;
      this.#organization = 0;
      this.#callers.clear();
    }
    return {
      caller: { limit: terms.caller, used: this.#callers.get(caller) ?? 0 },
      organization: { limit: terms.organization, used: this.#organization },
      resetsAtMs: this.#startMs + rateWindowMs,
    };
  }
}

export const leftOf = ({ limit, used }: RateUse): number => Math.max(0, limit - used);

/** Which limit is reached; the caller's own first. */
export function reachedRate(state: Record<RateName, RateUse>): RateName | null {
  if (leftOf(state.caller) === 0) return "caller";
  return leftOf(state.organization) === 0 ? "organization" : null;
}
