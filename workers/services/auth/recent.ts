import { refuse } from "../../../domain/errors.ts";
import { recentAuthenticationMs } from "../../../domain/tenancy/sign-in.ts";
import type { Actor, Context } from "../context.ts";

/** A request by a person who is signed in. */
export type PersonContext = Context & { actor: Extract<Actor, { kind: "user" }> };

/** Refuses API keys: they have no account. */
export function personOnly(ctx: Context): PersonContext {
  const { actor } = ctx;
  if (actor.kind === "user") return { ...ctx, actor };
  return refuse("forbidden", "An API key has no account. Sign in as a person, then ask again.");
}

/** For what would let a stolen session take over an account or an organization. */
export function requireRecent(ctx: Context): PersonContext {
  const person = personOnly(ctx);
  if (ctx.clock.now() - person.actor.authenticatedAtMs < recentAuthenticationMs) return person;
  return refuse(
    "reauthentication_required",
    "This asks that you showed to be there within the last 15 minutes. Confirm that it is you (POST /v1/auth/confirm), then try again.",
  );
}
