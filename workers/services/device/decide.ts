import { GuardFailed } from "../../../db/batch.ts";
import {
  approverSignedIn,
  type DeviceGrantRow,
  decideGrant,
  grantUndecided,
} from "../../../db/queries/device-grants.ts";
import { findSignedIn } from "../../../db/queries/people.ts";
import { refuse } from "../../../domain/errors.ts";
import type { DeviceRequest } from "../../../protocol/api/device.ts";
import { commitAccount } from "../audit/commit.ts";
import { isNewDevice } from "../auth/open-session.ts";
import { personOnly } from "../auth/recent.ts";
import { newSession } from "../auth/sessions.ts";
import type { Context } from "../context.ts";
import { newDevice } from "../mail/letters.ts";
import { newMail } from "../mail/new-mail.ts";
import { openGrant, requestView } from "./find.ts";

export interface DecideDevice {
  userCode: string;
  decision: "approve" | "deny";
}

/** Approves or denies a device, once. An approval makes the session that the device takes up. */
export async function decide({ ctx, input }: { ctx: Context; input: DecideDevice }): Promise<DeviceRequest> {
  const { actor: person } = personOnly(ctx);
  const grant = await openGrant(ctx, input.userCode);
  if (grant.decision !== null) return decided(grant, input.decision);
  const opened = input.decision === "approve" ? await sessionFor(ctx, grant) : null;
  const decision = { decision: input.decision, decidedBy: person.id, sessionId: opened?.session.id ?? null };
  try {
    await commitAccount(ctx, {
      userId: person.id,
      note:
        input.decision === "approve"
          ? { action: "session.create", summary: `approved the sign-in of "${grant.client}"` }
          : { action: "device.deny", summary: `denied the sign-in of "${grant.client}"` },
      statements: [...(opened?.statements ?? []), decideGrant(ctx.db, grant.id, decision)],
      guards: [
        { name: "session", holds: approverSignedIn(person.sessionId, ctx.clock.now()) },
        { name: "grant", holds: grantUndecided(grant.id, ctx.clock.now()) },
      ],
    });
  } catch (error) {
    if (!(error instanceof GuardFailed)) throw error;
    if (error.guard === "session") return ended();
    return decided(await openGrant(ctx, input.userCode), input.decision);
  }
  if (opened?.mail) ctx.afterwards(opened.mail.send());
  return requestView({ ...grant, ...decision });
}

function ended(): never {
  return refuse("session_revoked", "This session has ended. Sign in again, then decide.");
}

/** The same decision again is the same answer; another one comes too late. */
function decided(grant: DeviceGrantRow, wanted: DecideDevice["decision"]): DeviceRequest {
  if (grant.decision === wanted) return requestView(grant);
  return refuse(
    "conflict",
    grant.decision === "approve"
      ? "You have approved it already. Revoke its session instead, among your sessions."
      : "You have denied it already. Begin again on the device.",
    [{ path: "decision", message: `is ${grant.decision} already` }],
  );
}

/**
 * What the device will have is no more than what this session has: the same factors, and no fresher proof that the
 * person is there. It lapses with the code unless the device takes it up.
 */
async function sessionFor(ctx: Context, grant: DeviceGrantRow) {
  const { id, sessionId } = personOnly(ctx).actor;
  const found = await findSignedIn(ctx.db, sessionId, ctx.clock.now());
  if (!found) return ended();
  const { method, secondFactor, ssoConnectionId, authenticatedAt } = found.session;
  const there = { ...ctx, client: { address: grant.address, userAgent: grant.client } };
  const session = newSession(there, id, {
    method,
    secondFactor,
    ...(ssoConnectionId !== null && { ssoConnectionId }),
    client: "cli",
    authenticatedAt,
    expiresAt: grant.expiresAt,
  });
  const isNew = await isNewDevice(there, found.user);
  const mail = isNew ? await newMail(ctx, found.user.email, newDevice(there)) : null;
  return { session, mail, statements: [session.insert, ...(mail ? [mail.insert] : [])] };
}
