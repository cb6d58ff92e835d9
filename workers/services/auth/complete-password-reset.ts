import { GuardFailed } from "../../../db/batch.ts";
import { endAccountTokens } from "../../../db/queries/account-tokens.ts";
import { clearGuesses } from "../../../db/queries/guess-counts.ts";
import { findUser, revokeSessions, updateUser } from "../../../db/queries/people.ts";
import { commitAccount } from "../audit/commit.ts";
import type { PublicContext } from "../context.ts";
import { passwordChanged } from "../mail/letters.ts";
import { newMail } from "../mail/new-mail.ts";
import { checkPassword } from "./check-password.ts";
import { type LinkAdvice, linkUsed, openLink } from "./links.ts";
import { byAccount } from "./throttle.ts";

const advice: LinkAdvice = {
  unknown: "Open it again from the mail, or ask for a new one.",
  used: "Sign in with your new password, or ask for a new link.",
  expired: "Ask for a new one.",
};

/** Sets the password and ends every session. Nobody is signed in by it: a second factor still is asked for. */
export async function completePasswordReset({
  ctx,
  input,
}: {
  ctx: PublicContext;
  input: { token: string; password: string };
}): Promise<{ endedSessions: number }> {
  const link = await openLink(ctx, "password_reset", input.token, advice);
  const user = link.row.userId ? await findUser(ctx.db, link.row.userId) : undefined;
  if (!user) return linkUsed(advice);
  checkPassword(input.password, { email: user.email });
  const passwordHash = await ctx.passwords.hash(input.password);
  const nowMs = ctx.clock.now();
  const mail = await newMail(ctx, user.email, passwordChanged(ctx));
  try {
    const [endedSessions = 0] = await commitAccount(ctx, {
      userId: user.id,
      note: { action: "password.reset", summary: "chose a new password by a link from a mail" },
      statements: [
        revokeSessions(ctx.db, user.id, nowMs),
        link.use,
        updateUser(ctx.db, user.id, { passwordHash, passwordChangedAt: nowMs }),
        endAccountTokens(ctx.db, user.id, "email_change", nowMs),
        clearGuesses(ctx.db, byAccount(user.email).key),
        mail.insert,
      ],
      guards: [link.guard],
    });
    ctx.afterwards(mail.send());
    return { endedSessions };
  } catch (error) {
    if (error instanceof GuardFailed && error.guard === "link") return linkUsed(advice);
    throw error;
  }
}
