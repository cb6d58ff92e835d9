import type { Id, UserId } from "../../../domain/ids.ts";
import type { PublicContext } from "../context.ts";

/** A session that is not refreshed for so long ends. */
export const sessionIdleMs = 30 * 24 * 3_600_000;
/** A rotation whose answer was lost may be asked again for so long; after that the old token means theft. */
export const rotationGraceMs = 10_000;

export function newSession(ctx: PublicContext, userId: UserId) {
  const nowMs = ctx.clock.now();
  const id: Id<"session"> = ctx.ids.make("session");
  return {
    row: { id, userId, generation: 1, rotatedAt: nowMs, expiresAt: nowMs + sessionIdleMs, createdAt: nowMs },
    refreshToken: ctx.refreshTokens.make(id, 1),
  };
}
