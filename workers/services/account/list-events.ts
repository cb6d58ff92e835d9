import { accountEventsOfUser } from "../../../db/queries/people.ts";
import { deviceOf } from "../../../domain/accounts/devices.ts";
import type { AccountEvent } from "../../../protocol/api/account.ts";
import { personOnly } from "../auth/recent.ts";
import type { Context } from "../context.ts";
import { idCursor, pageOf } from "../cursor.ts";
import type { ListInput } from "../list-input.ts";
import { iso } from "../time.ts";

/** What happened to the person's account, newest first. */
export async function listEvents({ ctx, input }: { ctx: Context; input: ListInput }) {
  const { actor } = personOnly(ctx);
  const before = idCursor("accountEvent", input.cursor);
  const events = await accountEventsOfUser(ctx.db, actor.id, {
    limit: input.limit,
    ...(before && { before }),
  });
  return pageOf(
    events,
    ({ id, at, action, summary, address, userAgent, requestId }): AccountEvent => ({
      id,
      at: iso(at),
      action,
      summary,
      address,
      device: deviceOf(userAgent),
      requestId,
    }),
    (row) => row.id,
  );
}
