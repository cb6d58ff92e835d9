import { planTerms } from "../../../domain/tenancy/plans.ts";
import type { RateTerms } from "../../../domain/tenancy/rate-windows.ts";
import { rateWindowMs } from "../../../domain/tenancy/rate-windows.ts";
import { type Rate, rateNames } from "../../../protocol/api/quotas.ts";
import type { Limited } from "../../adapters/limits.ts";
import type { Actor, Context, Membership } from "../context.ts";
import { iso } from "../time.ts";

/**
 * Whose requests these are. A person's count in the organization that the path names, or else in the first of the
 * person's; a person without one counts alone, as the free plan has it.
 */
export function limitedOf(actor: Actor, pathOrganization: string | undefined): Limited {
  const named = actor.organizations.find(({ id }) => id === pathOrganization);
  const organization: Membership | undefined = named ?? actor.organizations[0];
  const terms = planTerms[organization?.plan ?? "free"].requestsPerMinute;
  return {
    subject: organization?.id ?? actor.id,
    caller: actor.id,
    terms: { ...terms, caller: callerLimit(actor, terms) },
  };
}

/** A key may be held to less than the plan allows, never to more. */
function callerLimit(actor: Actor, { caller }: RateTerms): number {
  const own = actor.kind === "api_key" ? actor.requestsPerMinute : null;
  return own === null ? caller : Math.min(own, caller);
}

/** What is used of the caller's and the organization's requests in this minute. */
export async function ratesOf(ctx: Context, organization: Membership): Promise<Rate[]> {
  const who = limitedOf(ctx.actor, organization.id);
  const state = await ctx.limits.look(who);
  return rateNames.map((name) => ({
    name,
    limit: who.terms[name],
    windowSeconds: rateWindowMs / 1000,
    used: state?.[name].used ?? null,
    resetsAt: state ? iso(state.resetsAtMs) : null,
  }));
}
