import { type DeviceGrantRow, findGrantByUserCode } from "../../../db/queries/device-grants.ts";
import { refuse } from "../../../domain/errors.ts";
import type { DeviceRequest } from "../../../protocol/api/device.ts";
import { personOnly } from "../auth/recent.ts";
import { byAddress, byUserCodes, guess } from "../auth/throttle.ts";
import type { Context } from "../context.ts";
import { iso } from "../time.ts";
import { readable } from "./codes.ts";

export const requestView = (grant: DeviceGrantRow): DeviceRequest => ({
  userCode: readable(grant.userCode),
  client: grant.client,
  address: grant.address,
  createdAt: iso(grant.createdAt),
  expiresAt: iso(grant.expiresAt),
  decision: grant.decision,
  sessionId: grant.sessionId,
});

/** The device that shows this code and still waits, for the person who has typed it in. */
export async function openGrant(ctx: Context, userCode: string): Promise<DeviceGrantRow> {
  const { actor: person } = personOnly(ctx);
  const grant = await guess(ctx, [byUserCodes(person.id), byAddress(ctx)], async () => {
    const found = await findGrantByUserCode(ctx.db, userCode);
    return found && found.expiresAt > ctx.clock.now() && found.usedAt === null ? found : null;
  });
  if (grant && (grant.decision === null || grant.decidedBy === person.id)) return grant;
  return refuse(
    "token_invalid",
    "No device waits with this code: it is mistyped, has expired, or was used. Compare it with what the device shows, or begin again there.",
    [{ path: "userCode", message: "is not the code of a device that waits" }],
  );
}

export async function find({
  ctx,
  input,
}: {
  ctx: Context;
  input: { userCode: string };
}): Promise<DeviceRequest> {
  return requestView(await openGrant(ctx, input.userCode));
}
