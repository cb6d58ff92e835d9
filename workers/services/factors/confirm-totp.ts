import { GuardFailed } from "../../../db/batch.ts";
import {
  confirmTotp as confirmInStore,
  proveSession,
  takeTotpStep,
  totpStepStands,
  totpUnconfirmed,
} from "../../../db/queries/factors.ts";
import { refuse } from "../../../domain/errors.ts";
import type { ChangedFactors } from "../../../protocol/api/factors.ts";
import { totpStepOf } from "../../adapters/totp.ts";
import { bySecondFactor, guess } from "../auth/throttle.ts";
import type { Context } from "../context.ts";
import { factorScope } from "./account.ts";
import { changeAndTell } from "./change.ts";
import { codesForFirstFactor } from "./first-factor.ts";
import { factorsOf } from "./get.ts";
import { factorsChanged } from "./letters.ts";
import { openTotpSecret } from "./totp-secret.ts";

/** The app shows a code of the secret: from now on it counts. With the first factor come recovery codes. */
export async function confirmTotp({
  ctx: asked,
  input,
}: {
  ctx: Context;
  input: { code: string };
}): Promise<ChangedFactors> {
  const { ctx, user } = await factorScope(asked);
  const sealed = user.totpSecret;
  if (sealed === null || user.totpConfirmedAt !== null) return notStarted();
  const secret = await openTotpSecret(ctx, user.id, sealed);
  const nowMs = ctx.clock.now();
  const step = await guess(ctx, [bySecondFactor(user.id)], async () => totpStepOf(secret, input.code, nowMs));
  if (step === null) {
    return refuse(
      "token_invalid",
      "The code does not fit the secret. Enter the one that the app shows now, and check that the clock of its device is right.",
      [{ path: "code", message: "is not the code of this moment" }],
    );
  }
  const codes = await codesForFirstFactor(ctx, user.id);
  try {
    await changeAndTell(ctx, {
      user,
      note: { action: "totp.add", summary: "added an authenticator app" },
      tell: factorsChanged(ctx, {
        subject: "An authenticator app was added",
        lead: "Your account at Muster now asks for a code of your authenticator app when you sign in with your password.",
      }),
      statements: [
        takeTotpStep(ctx.db, user.id, step),
        confirmInStore(ctx.db, user.id, nowMs),
        ...codes.statements,
        proveSession(ctx.db, ctx.actor.sessionId, { secondFactor: true }),
      ],
      guards: [
        { name: "unconfirmed", holds: totpUnconfirmed(user.id) },
        { name: "step", holds: totpStepStands(user.id, sealed, step) },
      ],
    });
  } catch (error) {
    if (error instanceof GuardFailed) return notStarted();
    throw error;
  }
  return { factors: await factorsOf(ctx), recoveryCodes: codes.shown };
}

const notStarted = (): never =>
  refuse("conflict", "No authenticator app waits for its first code. Start again, and scan the new QR code.");
