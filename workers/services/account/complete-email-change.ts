import { GuardFailed, UniqueViolation } from "../../../db/batch.ts";
import { endAccountTokens } from "../../../db/queries/account-tokens.ts";
import { findUser, updateUser } from "../../../db/queries/people.ts";
import { refuse } from "../../../domain/errors.ts";
import { commitAccount } from "../audit/commit.ts";
import { type LinkAdvice, linkUsed, openLink } from "../auth/links.ts";
import { personOnly } from "../auth/recent.ts";
import type { Context } from "../context.ts";
import { emailChangeDone } from "../mail/letters.ts";
import { newMail } from "../mail/new-mail.ts";

const advice: LinkAdvice = {
  unknown: "Open it again from the mail, or ask for the change again in your account.",
  used: "Look at your account: the address may have changed already. If not, ask for the change again.",
  expired: "Ask for the change again in your account.",
};

/**
 * The link that went to the new address, opened by the account that asked: else a stranger could get the owner of an
 * address to tie it to the stranger's account, and wait there for what comes by that address.
 */
export async function completeEmailChange({
  ctx,
  input,
}: {
  ctx: Context;
  input: { token: string };
}): Promise<{ email: string }> {
  const link = await openLink(ctx, "email_change", input.token, advice);
  const { userId, email } = link.row;
  if (userId !== personOnly(ctx).actor.id) {
    return refuse(
      "forbidden",
      "The link is of another account than yours. Sign in with the one that asked for the change, and open the link again. If you asked for none, ignore the mail.",
      [{ path: "token", message: "is of another account" }],
    );
  }
  const user = await findUser(ctx.db, userId);
  if (!user || !email) return linkUsed(advice);
  const nowMs = ctx.clock.now();
  const notice = await newMail(ctx, user.email, emailChangeDone(ctx, email));
  try {
    await commitAccount(ctx, {
      userId: user.id,
      note: { action: "email.change", summary: `changed the e-mail address from ${user.email} to ${email}` },
      statements: [
        link.use,
        updateUser(ctx.db, user.id, { email, emailVerifiedAt: nowMs }),
        // Links to the old address must not open the account any more.
        endAccountTokens(ctx.db, user.id, "password_reset", nowMs),
        notice.insert,
      ],
      guards: [link.guard],
    });
  } catch (error) {
    if (error instanceof GuardFailed && error.guard === "link") return linkUsed(advice);
    if (error instanceof UniqueViolation) {
      return refuse("token_invalid", `There is another account with ${email} by now. Use another address.`, [
        { path: "token", message: "is of an address that has an account" },
      ]);
    }
    throw error;
  }
  ctx.afterwards(notice.send());
  return { email };
}
