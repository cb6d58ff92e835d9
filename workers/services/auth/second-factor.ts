import { GuardFailed, UniqueViolation } from "../../../db/batch.ts";
import { guessesOf } from "../../../db/queries/guess-counts.ts";
import type { UserRow } from "../../../db/queries/people.ts";
import { refuse } from "../../../domain/errors.ts";
import type { PasskeyAssertion } from "../../../protocol/api/factors.ts";
import type { PublicContext } from "../context.ts";
import { challengeUsed } from "../factors/challenges.ts";
import { changeAndTell } from "../factors/change.ts";
import { codesGuessed, recoveryCodeUsed } from "../factors/letters.ts";
import { passkeyOf, type Shown, showCode, showPasskey, showRecoveryCode } from "../factors/show.ts";
import { newMail } from "../mail/new-mail.ts";
import { openSession } from "./open-session.ts";
import { byAddress, bySecondFactor, bySecondFactorOfDay, guess } from "./throttle.ts";
import { personOfTicket } from "./ticket.ts";
import type { SignedIn } from "./views.ts";

/** Exactly one beside the ticket. */
export interface SecondFactor {
  ticket: string;
  code?: string | undefined;
  recoveryCode?: string | undefined;
  passkey?: PasskeyAssertion | undefined;
}

const proof = { method: "password", secondFactor: true } as const;

/** The second step of a sign-in by password. */
export async function secondFactor({
  ctx,
  input,
}: {
  ctx: PublicContext;
  input: SecondFactor;
}): Promise<SignedIn> {
  const user = await ticketHolder(ctx, input.ticket);
  if (input.passkey) return withPasskey(ctx, user, input.passkey);
  return input.recoveryCode === undefined
    ? withCode(ctx, user, input.code ?? "")
    : withRecoveryCode(ctx, user, input.recoveryCode);
}

/** Refuses a ticket that is not ours, or that counts no longer. */
export async function ticketHolder(ctx: PublicContext, ticket: string): Promise<UserRow> {
  const user = await personOfTicket(ctx, ticket);
  if (user) return user;
  return refuse("token_invalid", "The first step of this sign-in does not count any more. Sign in again.", [
    { path: "ticket", message: "has expired, or is not one of ours" },
  ]);
}

async function withPasskey(ctx: PublicContext, user: UserRow, given: PasskeyAssertion): Promise<SignedIn> {
  const row = await passkeyOf(ctx, given, user.id);
  const shown = await showPasskey(ctx, user, row, given, { purpose: "second_factor", userId: user.id });
  try {
    return await openSession(ctx, user, {
      summary: `signed in with the password and the passkey “${row.name}”`,
      proof,
      ...shown,
    });
  } catch (error) {
    if (error instanceof GuardFailed || error instanceof UniqueViolation) return challengeUsed();
    throw error;
  }
}

async function withCode(ctx: PublicContext, user: UserRow, code: string): Promise<SignedIn> {
  const signedIn = await guessed(ctx, user, async () => {
    const shown = await showCode(ctx, user, code);
    return shown && { summary: "signed in with the password and a code", shown };
  });
  return (
    signedIn ??
    refuse(
      "token_invalid",
      "The code is wrong, or has been used already. Wait for the next one in your app; if that fails too, check that the clock of its device is right.",
      [{ path: "code", message: "does not count" }],
    )
  );
}

async function withRecoveryCode(ctx: PublicContext, user: UserRow, code: string): Promise<SignedIn> {
  const mail = await newMail(ctx, user.email, recoveryCodeUsed(ctx));
  const signedIn = await guessed(ctx, user, async () => {
    const { statements, guards } = showRecoveryCode(ctx, user, code);
    return {
      summary: "signed in with the password and a recovery code",
      shown: { statements: [...statements, mail.insert], guards },
    };
  });
  if (signedIn) {
    ctx.afterwards(mail.send());
    return signedIn;
  }
  return refuse(
    "token_invalid",
    "The recovery code is wrong, or has been used already. Try another one of your list.",
    [{ path: "recoveryCode", message: "does not count" }],
  );
}

/** null = a wrong guess, which is counted; who goes on guessing knows the password, and its person is told. */
async function guessed(
  ctx: PublicContext,
  user: UserRow,
  show: () => Promise<{ summary: string; shown: Shown } | null>,
): Promise<SignedIn | null> {
  const subject = bySecondFactor(user.id);
  const subjects = [subject, bySecondFactorOfDay(user.id), byAddress(ctx)];
  const signedIn = await guess(ctx, subjects, async () => {
    const right = await show();
    if (!right) return null;
    try {
      return await openSession(ctx, user, { summary: right.summary, proof, ...right.shown });
    } catch (error) {
      if (error instanceof GuardFailed) return null;
      throw error;
    }
  });
  if (!signedIn) ctx.afterwards(warnOfGuesses(ctx, user, subject));
  return signedIn;
}

async function warnOfGuesses(
  ctx: PublicContext,
  user: UserRow,
  { key, limit }: ReturnType<typeof bySecondFactor>,
): Promise<void> {
  const [row] = await guessesOf(ctx.db, [key]);
  if (!row || row.count < limit) return;
  await changeAndTell(ctx, {
    user,
    note: { action: "second_factor.limit", summary: `${row.count} wrong codes after the right password` },
    tell: codesGuessed(ctx),
    statements: [],
  });
}
