/** What a person shows beside the password. Each answers what is to be written, so that nothing counts twice. */
import type { Guard } from "../../../db/batch.ts";
import type { Statement } from "../../../db/client.ts";
import {
  findPasskeyByCredential,
  type PasskeyRow,
  recoveryCodeStands,
  takeRecoveryCode,
  takeTotpStep,
  totpStepStands,
} from "../../../db/queries/factors.ts";
import type { UserRow } from "../../../db/queries/people.ts";
import type { UserId } from "../../../domain/ids.ts";
import type { PasskeyAssertion } from "../../../protocol/api/factors.ts";
import { totpStepOf } from "../../adapters/totp.ts";
import { byRecipient, countUse } from "../auth/throttle.ts";
import type { PublicContext } from "../context.ts";
import { type Purpose, refusePasskey } from "./challenges.ts";
import { changeAndTell } from "./change.ts";
import { passkeyCopied } from "./letters.ts";
import { verifyAssertion } from "./passkeys.ts";
import { recoveryCodeHash } from "./recovery-codes.ts";
import { openTotpSecret } from "./totp-secret.ts";

export interface Shown {
  /** Into the batch of what it allows. A guard that does not hold means that it was shown before. */
  statements: Statement[];
  guards: Guard[];
}

/** null = not the code of an app that counts, at this moment. */
export async function showCode(ctx: PublicContext, user: UserRow, code: string): Promise<Shown | null> {
  if (user.totpSecret === null || user.totpConfirmedAt === null) return null;
  const secret = await openTotpSecret(ctx, user.id, user.totpSecret);
  const step = totpStepOf(secret, code, ctx.clock.now());
  if (step === null) return null;
  return {
    statements: [takeTotpStep(ctx.db, user.id, step)],
    guards: [{ name: "step", holds: totpStepStands(user.id, user.totpSecret, step) }],
  };
}

/** Whether it is one of the person's shows when it is written: a guard. */
export function showRecoveryCode(ctx: PublicContext, user: UserRow, code: string): Shown {
  const hash = recoveryCodeHash(user.id, code);
  return {
    statements: [takeRecoveryCode(ctx.db, hash, ctx.clock.now())],
    guards: [{ name: "recovery-code", holds: recoveryCodeStands(user.id, hash) }],
  };
}

/** The passkey that answered. Refuses one that is not known, or not this person's. */
export async function passkeyOf(
  ctx: PublicContext,
  given: PasskeyAssertion,
  userId: UserId | null,
): Promise<PasskeyRow> {
  const row = await findPasskeyByCredential(ctx.db, given.id);
  if (row && (userId === null || row.userId === userId)) return row;
  return refusePasskey(
    "This passkey is not known here, or was removed. Use another one, or sign in another way.",
  );
}

/** Refuses what does not fit. Of a passkey that seems to be copied its person is told. */
export async function showPasskey(
  ctx: PublicContext,
  user: UserRow,
  row: PasskeyRow,
  given: PasskeyAssertion,
  wanted: { purpose: Purpose; userId: UserId | null },
): Promise<Shown> {
  const verified = await verifyAssertion(ctx, row, given, wanted);
  if (verified !== "copied") return verified;
  await countUse(ctx, [byRecipient(user.email)]);
  await changeAndTell(ctx, {
    user,
    note: {
      action: "passkey.refuse",
      summary: `refused the passkey “${row.name}”: its counter went back, as a copy's does`,
    },
    tell: passkeyCopied(ctx, row.name),
    statements: [],
  });
  return refusePasskey(
    "The passkey's counter went back, which happens when there is a copy of it. Sign in another way, remove it, and add another.",
  );
}
