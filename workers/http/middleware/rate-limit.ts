import { DomainError } from "../../../domain/errors.ts";
import { leftOf, type RateState, rateWindowMs } from "../../../domain/tenancy/rate-windows.ts";
import type { Context } from "../../services/context.ts";
import { takeRequest } from "../../services/quotas/take-request.ts";

const names = ["caller", "organization"] as const;

/**
 * Counts the request and says where the limits stand, in the headers of draft-ietf-httpapi-ratelimit-headers; refuses
 * what is too much. `headers` go with every answer, a refusal too.
 */
export async function limitRate(
  ctx: Context,
  pathOrganization: string | undefined,
  headers: Headers,
): Promise<void> {
  const { state, refusal } = await takeRequest(ctx, pathOrganization);
  if (state) setRateHeaders(headers, state, ctx.clock.now());
  if (refusal) throw new DomainError(refusal);
}

function setRateHeaders(headers: Headers, state: RateState, nowMs: number): void {
  const resetSeconds = Math.max(0, Math.ceil((state.resetsAtMs - nowMs) / 1000));
  const policies = names.map((name) => `"${name}";q=${state[name].limit};w=${rateWindowMs / 1000}`);
  const limits = names.map((name) => `"${name}";r=${leftOf(state[name])};t=${resetSeconds}`);
  headers.set("ratelimit-policy", policies.join(", "));
  headers.set("ratelimit", limits.join(", "));
}
