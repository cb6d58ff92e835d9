import { findSession, revokeSession } from "../../../db/queries/people.ts";
import type { SessionId } from "../../../domain/ids.ts";
import type { SignedInDevice } from "../../../protocol/api/account.ts";
import { commitAccount } from "../audit/commit.ts";
import { personOnly } from "../auth/recent.ts";
import type { Context } from "../context.ts";
import { missing } from "../scope.ts";
import { deviceView } from "./list-sessions.ts";

/** Ends one of the person's own sessions, at once. One that has ended is gone: 404. */
export async function revoke({
  ctx,
  input,
}: {
  ctx: Context;
  input: { session: SessionId };
}): Promise<SignedInDevice> {
  const { actor } = personOnly(ctx);
  const nowMs = ctx.clock.now();
  const row = await findSession(ctx.db, input.session);
  if (!row || row.userId !== actor.id || row.revokedAt !== null || row.expiresAt <= nowMs) {
    return missing("session", input.session);
  }
  const view = deviceView(row, actor.sessionId);
  await commitAccount(ctx, {
    userId: actor.id,
    note: { action: "session.revoke", summary: `ended the session of ${view.device}` },
    statements: [revokeSession(ctx.db, row.id, nowMs)],
  });
  return view;
}
