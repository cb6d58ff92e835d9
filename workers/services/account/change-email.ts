import { endAccountTokens } from "../../../db/queries/account-tokens.ts";
import { findUser, findUserByEmail } from "../../../db/queries/people.ts";
import { refuse } from "../../../domain/errors.ts";
import type { LinkSent } from "../../../protocol/api/auth.ts";
import { commitAccount } from "../audit/commit.ts";
import { newLink } from "../auth/links.ts";
import { requireRecent } from "../auth/recent.ts";
import { byRecipient, countUse } from "../auth/throttle.ts";
import type { Context } from "../context.ts";
import { confirmEmailChange, emailChangeAsked, emailTaken } from "../mail/letters.ts";
import { newMail } from "../mail/new-mail.ts";
import { iso } from "../time.ts";

const changeLinkMs = 24 * 3_600_000;

/**
 * Mails a link to the new address, and a notice to the present one. The answer and the work are the same when the new
 * address has an account already: then its mail says so.
 */
export async function changeEmail({
  ctx,
  input,
}: {
  ctx: Context;
  input: { email: string };
}): Promise<LinkSent> {
  const { actor } = requireRecent(ctx);
  const email = input.email.toLowerCase();
  const user = await findUser(ctx.db, actor.id);
  if (!user) return refuse("unauthenticated", "This account no longer exists.");
  if (email === user.email) {
    refuse("validation_failed", "This is your address already. Enter another one.", [
      { path: "email", message: "is your present address" },
    ]);
  }
  await countUse(ctx, [byRecipient(email)]);
  const nowMs = ctx.clock.now();
  const expiresAtMs = nowMs + changeLinkMs;
  const taken = await findUserByEmail(ctx.db, email);
  const link = await newLink(ctx, { kind: "email_change", userId: user.id, email, data: {}, expiresAtMs });
  const letter = taken ? emailTaken(ctx) : confirmEmailChange(ctx, link.token);
  const [mail, notice] = await Promise.all([
    newMail(ctx, email, letter),
    newMail(ctx, user.email, emailChangeAsked(ctx, email)),
  ]);
  await commitAccount(ctx, {
    userId: user.id,
    note: { action: "email.ask_change", summary: `asked to use ${email} from now on` },
    statements: [
      endAccountTokens(ctx.db, user.id, "email_change", nowMs),
      link.insert,
      mail.insert,
      notice.insert,
    ],
  });
  ctx.afterwards(Promise.all([mail.send(), notice.send()]));
  return { email, expiresAt: iso(expiresAtMs) };
}
