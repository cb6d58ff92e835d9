import { openSessionsOfUser, type SessionRow } from "../../../db/queries/people.ts";
import { deviceOf } from "../../../domain/accounts/devices.ts";
import type { SessionId } from "../../../domain/ids.ts";
import type { SignedInDevice } from "../../../protocol/api/account.ts";
import { personOnly } from "../auth/recent.ts";
import type { Context } from "../context.ts";
import { idCursor, pageOf } from "../cursor.ts";
import type { ListInput } from "../list-input.ts";
import { iso } from "../time.ts";

export const deviceView = (row: SessionRow, current: SessionId): SignedInDevice => ({
  id: row.id,
  current: row.id === current,
  device: deviceOf(row.userAgent),
  client: row.client,
  address: row.address,
  method: row.method,
  secondFactor: row.secondFactor,
  createdAt: iso(row.createdAt),
  lastUsedAt: iso(row.rotatedAt),
  expiresAt: iso(row.expiresAt),
});

/** Where the person is signed in, newest first. */
export async function listSessions({ ctx, input }: { ctx: Context; input: ListInput }) {
  const { actor } = personOnly(ctx);
  const before = idCursor("session", input.cursor);
  const sessions = await openSessionsOfUser(ctx.db, actor.id, {
    nowMs: ctx.clock.now(),
    limit: input.limit,
    ...(before && { before }),
  });
  return pageOf(
    sessions,
    (row) => deviceView(row, actor.sessionId),
    (row) => row.id,
  );
}
