import { GuardFailed, writeUnaudited } from "../../../db/batch.ts";
import {
  findSession,
  findSignedIn,
  revokeSession,
  rotateSession,
  type SessionRow,
  sessionStands,
} from "../../../db/queries/people.ts";
import { refuse } from "../../../domain/errors.ts";
import type { PublicContext } from "../context.ts";
import { assuranceOf } from "./memberships.ts";
import { rotationGraceMs, sessionIdleMs, sessionMaxMs } from "./sessions.ts";
import { type SignedIn, signedIn } from "./views.ts";

function ended(): never {
  return refuse("session_revoked", "This session has ended. Sign in again.");
}

/**
 * Each refresh token counts once. An older one, shown again after the grace for lost answers, means that two
 * parties hold the family: it is revoked for both.
 */
export async function refresh({
  ctx,
  input,
}: {
  ctx: PublicContext;
  input: { refreshToken: string | undefined };
}): Promise<SignedIn> {
  if (!input.refreshToken) return refuse("unauthenticated", "There is no session to refresh. Sign in first.");
  const token = ctx.refreshTokens.read(input.refreshToken);
  if (!token) return ended();
  const found = await findSession(ctx.db, token.sessionId);
  if (!stands(found, ctx.clock.now())) return ended();
  const session = token.generation === found.generation ? await rotate(ctx, found) : found;
  if (!stands(session, ctx.clock.now())) return ended();

  const lostAnswer =
    token.generation === session.generation - 1 && ctx.clock.now() - session.rotatedAt <= rotationGraceMs;
  if (!lostAnswer) {
    await writeUnaudited(ctx.db, "a session's upkeep", [revokeSession(ctx.db, session.id, ctx.clock.now())]);
    return ended();
  }
  const signed = await findSignedIn(ctx.db, session.id, ctx.clock.now());
  if (!signed) return ended();
  return signedIn(
    ctx,
    signed.user,
    assuranceOf(signed),
    ctx.refreshTokens.make(session.id, session.generation),
  );
}

function stands(session: SessionRow | undefined, nowMs: number): session is SessionRow {
  return session !== undefined && session.revokedAt === null && session.expiresAt > nowMs;
}

/** The session after it has moved on by one, by this call or by another that came first. */
async function rotate(ctx: PublicContext, session: SessionRow): Promise<SessionRow | undefined> {
  const nowMs = ctx.clock.now();
  const expiresAt = Math.min(nowMs + sessionIdleMs, session.createdAt + sessionMaxMs);
  try {
    await writeUnaudited(
      ctx.db,
      "a session's upkeep",
      [rotateSession(ctx.db, session.id, session.generation, nowMs, expiresAt)],
      [{ name: "session", holds: sessionStands(session.id, session.generation, nowMs) }],
    );
    return { ...session, generation: session.generation + 1, rotatedAt: nowMs, expiresAt };
  } catch (error) {
    if (error instanceof GuardFailed) return findSession(ctx.db, session.id);
    throw error;
  }
}
