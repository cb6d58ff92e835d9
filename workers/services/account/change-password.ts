import { endAccountTokens } from "../../../db/queries/account-tokens.ts";
import { findUser, revokeSessions, type UserRow, updateUser } from "../../../db/queries/people.ts";
import { refuse } from "../../../domain/errors.ts";
import { commitAccount } from "../audit/commit.ts";
import { checkPassword } from "../auth/check-password.ts";
import { personOnly, requireRecent } from "../auth/recent.ts";
import { byAccount, guess } from "../auth/throttle.ts";
import type { Context } from "../context.ts";
import { passwordChanged } from "../mail/letters.ts";
import { newMail } from "../mail/new-mail.ts";

export interface ChangePassword {
  currentPassword?: string | undefined;
  password: string;
}

/** Asks for the present password, and ends every other session. Who has none yet sets the first one. */
export async function changePassword({
  ctx,
  input,
}: {
  ctx: Context;
  input: ChangePassword;
}): Promise<{ endedSessions: number }> {
  const { actor } = personOnly(ctx);
  const user = await findUser(ctx.db, actor.id);
  if (!user) return refuse("unauthenticated", "This account no longer exists.");
  if (user.passwordHash === "") requireRecent(ctx);
  else await checkCurrent(ctx, user, input.currentPassword);
  if (input.password === input.currentPassword) {
    refuse("validation_failed", "The new password is the present one. Choose another one.", [
      { path: "password", message: "is the present password" },
    ]);
  }
  checkPassword(input.password, { email: user.email });
  const passwordHash = await ctx.passwords.hash(input.password);
  const nowMs = ctx.clock.now();
  const mail = await newMail(ctx, user.email, passwordChanged(ctx));
  const [endedSessions = 0] = await commitAccount(ctx, {
    userId: user.id,
    note: { action: "password.change", summary: "changed the password" },
    statements: [
      revokeSessions(ctx.db, user.id, nowMs, actor.sessionId),
      updateUser(ctx.db, user.id, { passwordHash, passwordChangedAt: nowMs }),
      endAccountTokens(ctx.db, user.id, "password_reset", nowMs),
      // Another address that somebody else may have asked for does not outlive the password.
      endAccountTokens(ctx.db, user.id, "email_change", nowMs),
      mail.insert,
    ],
  });
  ctx.afterwards(mail.send());
  return { endedSessions };
}

async function checkCurrent(ctx: Context, user: UserRow, given: string | undefined): Promise<void> {
  const right =
    given !== undefined &&
    (await guess(ctx, [byAccount(user.email)], async () =>
      (await ctx.passwords.matches(given, user.passwordHash)) ? true : null,
    ));
  if (right) return;
  const message = given === undefined ? "is missing" : "is wrong";
  refuse("validation_failed", `The present password ${message}. Type it again, or reset it.`, [
    { path: "currentPassword", message },
  ]);
}
