import type { Refusal } from "../../../domain/errors.ts";
import { plural } from "../../../domain/plural.ts";
import { type RateName, type RateState, reachedRate } from "../../../domain/tenancy/rate-windows.ts";
import type { Context } from "../context.ts";
import { iso } from "../time.ts";
import { limitedOf } from "./rates.ts";

export interface TakenRequest {
  /** Where the limits stand now; null = nobody could tell. */
  state: RateState | null;
  refusal: Refusal | null;
}

/** Counts this request. It passes when the counting does not work. */
export async function takeRequest(ctx: Context, pathOrganization: string | undefined): Promise<TakenRequest> {
  const taking = ctx.limits.take(limitedOf(ctx.actor, pathOrganization));
  // Others may wait for the lot that this request asks for: it must come though this caller hangs up.
  ctx.afterwards(taking);
  const taken = await taking;
  if (!taken) return { state: null, refusal: null };
  const { allowed, state } = taken;
  return { state, refusal: allowed ? null : refusalFor(ctx, state, reachedRate(state) ?? "caller") };
}

const whose: Record<RateName, string> = {
  caller: "You have",
  organization: "The organization has",
};

function refusalFor(ctx: Context, state: RateState, name: RateName): Refusal {
  const { limit, used } = state[name];
  const seconds = Math.max(1, Math.ceil((state.resetsAtMs - ctx.clock.now()) / 1000));
  return {
    code: "rate_limited",
    detail: `${whose[name]} used all ${limit} requests of this minute. Try again in ${plural(seconds, "second")}, or send fewer at once.`,
    retryAfterSeconds: seconds,
    quota: { name: `requestsPerMinute.${name}`, limit, used, resetsAt: iso(state.resetsAtMs) },
  };
}
