import { writeUnaudited } from "../../../db/batch.ts";
import { endAccountTokens } from "../../../db/queries/account-tokens.ts";
import { findUserByEmail } from "../../../db/queries/people.ts";
import type { LinkSent } from "../../../protocol/api/auth.ts";
import type { PublicContext } from "../context.ts";
import { resetPassword } from "../mail/letters.ts";
import { newMail } from "../mail/new-mail.ts";
import { iso } from "../time.ts";
import { newLink } from "./links.ts";
import { byRecipient, byResets, countUse } from "./throttle.ts";

const resetLinkMs = 3_600_000;

/** Whether there is such an account is looked up only after the answer, so that neither its text nor its time tells. */
export async function askPasswordReset({
  ctx,
  input,
}: {
  ctx: PublicContext;
  input: { email: string };
}): Promise<LinkSent> {
  const email = input.email.toLowerCase();
  await countUse(ctx, [byResets(ctx), byRecipient(email)]);
  const expiresAtMs = ctx.clock.now() + resetLinkMs;
  ctx.afterwards(mailLink(ctx, email, expiresAtMs));
  return { email, expiresAt: iso(expiresAtMs) };
}

async function mailLink(ctx: PublicContext, email: string, expiresAtMs: number): Promise<void> {
  const user = await findUserByEmail(ctx.db, email);
  if (!user) return;
  const { token, insert } = await newLink(ctx, {
    kind: "password_reset",
    userId: user.id,
    email,
    data: {},
    expiresAtMs,
  });
  const mail = await newMail(ctx, user.email, resetPassword(ctx, token));
  await writeUnaudited(ctx.db, "a sign-in under way", [
    endAccountTokens(ctx.db, user.id, "password_reset", ctx.clock.now()),
    insert,
    mail.insert,
  ]);
  await mail.send();
}
