import { insertSession } from "../../../db/queries/people.ts";
import type { Id, SessionId, UserId } from "../../../domain/ids.ts";
import type { SignInMethod } from "../../../domain/tenancy/sign-in.ts";
import type { PublicContext } from "../context.ts";

/** A session that is not refreshed for so long ends. */
export const sessionIdleMs = 30 * 24 * 3_600_000;
/** However much it is used, a session ends so long after the sign-in. */
export const sessionMaxMs = 90 * 24 * 3_600_000;
/** A rotation whose answer was lost may be asked again for so long; after that the old token means theft. */
export const rotationGraceMs = 10_000;

export interface Proof {
  method: SignInMethod;
  /** Whether two factors were shown. */
  secondFactor: boolean;
  ssoConnectionId?: Id<"ssoConnection">;
  client?: "dashboard" | "cli";
  /** Epoch ms; left out: now. Earlier where the person must still confirm before sensitive actions. */
  authenticatedAt?: number;
  /** Epoch ms; left out: as `sessionIdleMs` says. Earlier where somebody must still take it up. */
  expiresAt?: number;
}

/** A session to insert, and its first refresh token. The caller has proved who the person is. */
export function newSession(ctx: PublicContext, userId: UserId, proof: Proof) {
  const nowMs = ctx.clock.now();
  const id: SessionId = ctx.ids.make("session");
  return {
    id,
    insert: insertSession(ctx.db, {
      id,
      userId,
      generation: 1,
      rotatedAt: nowMs,
      expiresAt: nowMs + sessionIdleMs,
      createdAt: nowMs,
      authenticatedAt: nowMs,
      client: "dashboard",
      ...ctx.client,
      ...proof,
    }),
    refreshToken: ctx.refreshTokens.make(id, 1),
  };
}
