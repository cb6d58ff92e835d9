import { UniqueViolation, writeUnaudited } from "../../../db/batch.ts";
import { insertDeviceGrant } from "../../../db/queries/device-grants.ts";
import type { DeviceAuthorization } from "../../../protocol/api/device.ts";
import { byDeviceRequests, countUse } from "../auth/throttle.ts";
import type { PublicContext } from "../context.ts";
import { hashDeviceCode, newDeviceCode, newUserCode, readable } from "./codes.ts";

export const grantSeconds = 15 * 60;
export const intervalSeconds = 5;

/** A device that has no browser asks to sign in (RFC 8628, section 3.1). */
export async function request({
  ctx,
  input,
}: {
  ctx: PublicContext;
  input: { client: string };
}): Promise<DeviceAuthorization> {
  await countUse(ctx, [byDeviceRequests(ctx)]);
  const deviceCode = newDeviceCode();
  const userCode = await store(ctx, input.client, deviceCode);
  const page = `${ctx.publicUrl}/device`;
  return {
    device_code: deviceCode,
    user_code: readable(userCode),
    verification_uri: page,
    verification_uri_complete: `${page}?code=${readable(userCode)}`,
    expires_in: grantSeconds,
    interval: intervalSeconds,
  };
}

/** Answers the code for the person. Two that are alike are rarer than rare, and the store takes only one. */
async function store(ctx: PublicContext, client: string, deviceCode: string): Promise<string> {
  const nowMs = ctx.clock.now();
  for (let tries = 1; ; tries++) {
    const userCode = newUserCode();
    const insert = insertDeviceGrant(ctx.db, {
      id: ctx.ids.make("deviceGrant"),
      deviceCodeHash: hashDeviceCode(deviceCode),
      userCode,
      client,
      address: ctx.client.address,
      createdAt: nowMs,
      expiresAt: nowMs + grantSeconds * 1000,
      intervalSeconds,
    });
    try {
      await writeUnaudited(ctx.db, "a sign-in under way", [insert]);
      return userCode;
    } catch (error) {
      if (!(error instanceof UniqueViolation) || tries === 3) throw error;
    }
  }
}
