import { writeUnaudited } from "../../../db/batch.ts";
import { revokeSession } from "../../../db/queries/people.ts";
import type { PublicContext } from "../context.ts";

/** Ends the family of this refresh token. Without one, or with one that has ended, there is nothing to do. */
export async function signOut({
  ctx,
  input,
}: {
  ctx: PublicContext;
  input: { refreshToken: string | undefined };
}): Promise<void> {
  const token = input.refreshToken ? ctx.refreshTokens.read(input.refreshToken) : null;
  if (token)
    await writeUnaudited(ctx.db, "a session's upkeep", [
      revokeSession(ctx.db, token.sessionId, ctx.clock.now()),
    ]);
}
