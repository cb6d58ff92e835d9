import { revokeSessions } from "../../../db/queries/people.ts";
import { commitAccount } from "../audit/commit.ts";
import { personOnly } from "../auth/recent.ts";
import type { Context } from "../context.ts";

export async function signOutEverywhere({
  ctx,
  input,
}: {
  ctx: Context;
  input: { exceptThis: boolean };
}): Promise<{ endedSessions: number }> {
  const { actor } = personOnly(ctx);
  const kept = input.exceptThis ? actor.sessionId : undefined;
  const [endedSessions = 0] = await commitAccount(ctx, {
    userId: actor.id,
    note: {
      action: "session.revoke_all",
      summary: input.exceptThis ? "signed out everywhere else" : "signed out everywhere",
    },
    statements: [revokeSessions(ctx.db, actor.id, ctx.clock.now(), kept)],
  });
  return { endedSessions };
}
