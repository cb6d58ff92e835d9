import { GuardFailed, UniqueViolation } from "../../../db/batch.ts";
import { insertPasskey, passkeysBelow, proveSession } from "../../../db/queries/factors.ts";
import { refuse } from "../../../domain/errors.ts";
import type { ChangedFactors, PasskeyRegistration } from "../../../protocol/api/factors.ts";
import type { Context } from "../context.ts";
import { factorScope } from "./account.ts";
import { challengeUsed } from "./challenges.ts";
import { changeAndTell } from "./change.ts";
import { codesForFirstFactor } from "./first-factor.ts";
import { factorsOf } from "./get.ts";
import { factorsChanged } from "./letters.ts";
import { verifyRegistration } from "./passkeys.ts";

const mostPasskeys = 20;

/** The passkey that the browser made. With the first factor come recovery codes. */
export async function addPasskey({
  ctx: asked,
  input,
}: {
  ctx: Context;
  input: { name: string; passkey: PasskeyRegistration };
}): Promise<ChangedFactors> {
  const { ctx, user } = await factorScope(asked);
  const { passkey, use } = await verifyRegistration(ctx, user.id, input.passkey);
  const codes = await codesForFirstFactor(ctx, user.id);
  try {
    await changeAndTell(ctx, {
      user,
      note: { action: "passkey.add", summary: `added the passkey “${input.name}”` },
      tell: factorsChanged(ctx, {
        subject: "A passkey was added",
        lead: `The passkey “${input.name}” can sign in to your account at Muster from now on, without the password.`,
      }),
      statements: [
        use,
        insertPasskey(ctx.db, {
          id: ctx.ids.make("passkey"),
          userId: user.id,
          name: input.name,
          createdAt: ctx.clock.now(),
          lastUsedAt: null,
          ...passkey,
        }),
        ...codes.statements,
        proveSession(ctx.db, ctx.actor.sessionId, { secondFactor: true }),
      ],
      guards: [{ name: "passkeys", holds: passkeysBelow(user.id, mostPasskeys) }],
    });
  } catch (error) {
    if (error instanceof GuardFailed) {
      refuse(
        "conflict",
        `You have ${mostPasskeys} passkeys, which is the most. Remove one, then add this one.`,
      );
    }
    if (error instanceof UniqueViolation) {
      if (error.columns.includes("account_tokens.secret_hash")) return challengeUsed();
      if (error.columns.includes("passkeys.credential_id")) {
        refuse("already_exists", "This passkey has been added already. Use another device for another one.", [
          { path: "passkey", message: "is known already" },
        ]);
      }
    }
    throw error;
  }
  return { factors: await factorsOf(ctx), recoveryCodes: codes.shown };
}
