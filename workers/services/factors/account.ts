import { passkeysOfUser } from "../../../db/queries/factors.ts";
import { findSession, findUser, type UserRow } from "../../../db/queries/people.ts";
import { refuse } from "../../../domain/errors.ts";
import { type PersonContext, requireRecent } from "../auth/recent.ts";
import type { Context } from "../context.ts";

/** The row of the person who asks. */
export async function accountOf(ctx: PersonContext): Promise<UserRow> {
  const user = await findUser(ctx.db, ctx.actor.id);
  return user ?? refuse("unauthenticated", "This account no longer exists. Sign in with another one.");
}

/**
 * To change what is shown beside the password. Where there is something, this session must have shown it: a session by
 * single sign-on, or one from before there was any, does not take it away.
 */
export async function factorScope(asked: Context): Promise<{ ctx: PersonContext; user: UserRow }> {
  const ctx = requireRecent(asked);
  const [user, passkeys, session] = await Promise.all([
    accountOf(ctx),
    passkeysOfUser(ctx.db, ctx.actor.id),
    findSession(ctx.db, ctx.actor.sessionId),
  ]);
  const any = user.totpConfirmedAt !== null || passkeys.length > 0;
  if (any && !session?.secondFactor) {
    refuse(
      "reauthentication_required",
      "Your account has a second factor, and this session has not shown it. Confirm with it (POST /v1/auth/confirm), then try again.",
    );
  }
  return { ctx, user };
}
