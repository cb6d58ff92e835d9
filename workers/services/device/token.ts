import { GuardFailed, writeUnaudited } from "../../../db/batch.ts";
import {
  type DeviceGrantRow,
  findGrantByDeviceCode,
  grantUnused,
  markGrantUsed,
  notePoll,
} from "../../../db/queries/device-grants.ts";
import { findSignedIn } from "../../../db/queries/people.ts";
import { DomainError, type ErrorCode } from "../../../domain/errors.ts";
import type { DeviceError } from "../../../protocol/api/device.ts";
import { assuranceOf } from "../auth/memberships.ts";
import { sessionIdleMs } from "../auth/sessions.ts";
import { type SignedIn, signedIn } from "../auth/views.ts";
import type { PublicContext } from "../context.ts";
import { hashDeviceCode } from "./codes.ts";

/** RFC 8628, section 3.5 */
const slowDownSeconds = 5;
/** A question that comes a little early, by the network's doing, is not held against the device. */
const earlyMs = 1_000;

function refuseWith(error: DeviceError, detail: string, retryAfterSeconds?: number): never {
  const code: ErrorCode = retryAfterSeconds === undefined ? "token_invalid" : "authorization_pending";
  throw new DomainError({
    code,
    detail,
    error,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}

const unknown = () =>
  refuseWith("invalid_grant", "The device code is not one of ours, or was used already. Begin again.");
const expired = () => refuseWith("expired_token", "Nobody approved it in time. Begin again.");

/** The device asks whether its person has decided (RFC 8628, section 3.4). An approval gives one session, once. */
export async function token({
  ctx,
  input,
}: {
  ctx: PublicContext;
  input: { deviceCode: string };
}): Promise<SignedIn> {
  const grant = await findGrantByDeviceCode(ctx.db, hashDeviceCode(input.deviceCode));
  if (!grant || grant.usedAt !== null) return unknown();
  if (grant.expiresAt <= ctx.clock.now()) return expired();
  if (grant.decision === null) return pending(ctx, grant);
  if (grant.decision === "deny" || grant.sessionId === null) {
    return refuseWith("access_denied", "The person denied it. Begin again only if that was a mistake.");
  }
  return takeUp(ctx, grant, grant.sessionId);
}

async function pending(ctx: PublicContext, grant: DeviceGrantRow): Promise<never> {
  const nowMs = ctx.clock.now();
  const { lastPolledAt } = grant;
  const early = lastPolledAt !== null && nowMs < lastPolledAt + grant.intervalSeconds * 1000 - earlyMs;
  const intervalSeconds = grant.intervalSeconds + (early ? slowDownSeconds : 0);
  await writeUnaudited(ctx.db, "a sign-in under way", [
    notePoll(ctx.db, grant.id, { lastPolledAt: nowMs, intervalSeconds }),
  ]);
  return early
    ? refuseWith(
        "slow_down",
        `You ask too often. Wait ${intervalSeconds} seconds between two questions.`,
        intervalSeconds,
      )
    : refuseWith(
        "authorization_pending",
        `Nobody has approved it yet. Ask again in ${intervalSeconds} seconds.`,
        intervalSeconds,
      );
}

async function takeUp(
  ctx: PublicContext,
  grant: DeviceGrantRow,
  sessionId: NonNullable<DeviceGrantRow["sessionId"]>,
): Promise<SignedIn> {
  const nowMs = ctx.clock.now();
  try {
    await writeUnaudited(
      ctx.db,
      "a sign-in under way",
      markGrantUsed(ctx.db, grant, nowMs, { id: sessionId, expiresAt: nowMs + sessionIdleMs }),
      [{ name: "grant", holds: grantUnused(grant.id, nowMs) }],
    );
  } catch (error) {
    if (error instanceof GuardFailed) return unknown();
    throw error;
  }
  const found = await findSignedIn(ctx.db, sessionId, nowMs);
  if (!found) return unknown();
  return signedIn(ctx, found.user, assuranceOf(found), ctx.refreshTokens.make(sessionId, 1));
}
