import { findUser, type UserRow } from "../../../db/queries/people.ts";
import { refuse } from "../../../domain/errors.ts";
import type { PersonContext } from "../auth/recent.ts";

/** The row of the person who asks. */
export async function accountOf(ctx: PersonContext): Promise<UserRow> {
  const user = await findUser(ctx.db, ctx.actor.id);
  return user ?? refuse("unauthenticated", "This account no longer exists. Sign in with another one.");
}
